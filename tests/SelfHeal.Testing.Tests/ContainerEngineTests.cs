using FluentAssertions;
using SelfHeal.Testing.Sessions;
using Xunit;
using Xunit.v3;

namespace SelfHeal.Testing.Tests;

public sealed class ContainerEngineTests
{
    private const string Sentence = "No container engine answers (why): install one.";

    [Fact]
    public void Without_an_engine_a_test_of_an_image_is_skipped_with_the_sentence() => FluentActions
        .Invoking(() => ContainerEngine.Demand(Sentence, required: false))
        .Should().Throw<SelfHealException>().WithMessage(DynamicSkipToken.Value + Sentence);

    [Fact]
    public void Where_an_engine_is_required_it_fails_with_the_sentence() => FluentActions
        .Invoking(() => ContainerEngine.Demand(Sentence, required: true))
        .Should().Throw<EngineUnavailableException>().WithMessage(Sentence);

    [Fact]
    public void With_an_engine_it_runs() =>
        FluentActions.Invoking(() => ContainerEngine.Demand(null, required: true)).Should().NotThrow();

    [Fact]
    public void A_program_of_an_image_is_not_looked_for_on_this_machine()
    {
        SessionProgram.Check(new HealFactAttribute("/none/server") { Image = "image" }).Should().BeNull();
        SessionProgram.Check(new HealFactAttribute("/none/server")).Should().Contain("/none/server does not exist");
        SessionProgram.Check(new HealFactAttribute(" ") { Image = "image" }).Should().Contain("names no program");
    }
}
