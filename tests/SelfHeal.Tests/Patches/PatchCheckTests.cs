using FluentAssertions;
using SelfHeal.Diagnosis;
using SelfHeal.Patches;
using Xunit;

namespace SelfHeal.Tests.Patches;

public sealed class PatchCheckTests : IDisposable
{
    private const int Limit = 60_000;
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = Limit)]
    public void A_patch_for_this_build_matches()
    {
        string program = Compiler.Build(_directory, "prog", "int main(void) { return 0; }");
        var patch = new Patch([new PatchModule("prog", ElfImage.TryRead(program)!.BuildId)], []);

        PatchCheck.Check(patch, program).Should().Match<PatchCheck>(check => check.Matches);
    }

    [Fact(Timeout = Limit)]
    public void A_patch_for_another_build_is_refused_with_both_build_ids()
    {
        string program = Compiler.Build(_directory, "prog", "int main(void) { return 0; }");
        string id = ElfImage.TryRead(program)!.BuildId;
        PatchCheck check = PatchCheck.Check(new Patch([new PatchModule("prog", "0123456789")], []), program, "bc.ep");

        check.Matches.Should().BeFalse();
        check.Sentence.Should().Be($"bc.ep is for prog with build-id 0123456789, this prog is {id}: heal it again.");
    }

    [Fact(Timeout = Limit)]
    public void A_patch_for_the_program_beside_it_does_not_match()
    {
        string program = Compiler.Build(_directory, "prog", "int main(void) { return 0; }");
        string other = Compiler.Build(_directory, "other", "int main(void) { return 1; }");
        var patch = new Patch([new PatchModule("other", ElfImage.TryRead(other)!.BuildId)], []);
        PatchCheck check = PatchCheck.Check(patch, program, "other.ep");

        check.Matches.Should().BeFalse();
        check.Sentence.Should().Be("other.ep does no harm to prog, but is for other.");
    }

    [Fact(Timeout = Limit)]
    public void A_missing_program_is_a_sentence() => FluentActions
        .Invoking(() => PatchCheck.Check(Patch.Empty, _directory.At("none")))
        .Should().Throw<ProgramNotStartedException>().WithMessage("*none is not found.");

    [Fact(Timeout = Limit)]
    public void A_text_file_is_no_program() => FluentActions
        .Invoking(() => PatchCheck.Check(Patch.Empty, _directory.Write("text", "hello")))
        .Should().Throw<ProgramNotStartedException>().WithMessage("*no 64-bit ELF*");
}
