using System.Reflection;
using System.Reflection.Emit;
using FluentAssertions;
using SelfHeal.Testing.Sessions;
using Xunit;

namespace SelfHeal.Testing.Tests.Discovery;

public sealed class HealFactDiscovererTests
{
    [Theory]
    [InlineData(nameof(Examples.NotAsynchronous), "not `Void NotAsynchronous(HealSession session)`")]
    [InlineData(nameof(Examples.NoSession), "not `Task NoSession()`")]
    [InlineData(nameof(Examples.OtherParameter), "not `Task OtherParameter(Int32 number)`")]
    public async Task A_wrong_signature_says_what_to_write(string method, string found)
    {
        string? error = await ErrorAsync(method);
        error.Should().Be($"A [HealFact] is written `public async Task {method}(HealSession session)`, {found}.");
    }

    [Fact]
    public async Task A_theory_without_a_session_says_what_to_write() =>
        (await ErrorAsync(nameof(Examples.RowsWithoutSession))).Should().Contain("HealSession session = null!");

    [Theory]
    [InlineData(nameof(Examples.Missing), "The program /no/such/program does not exist: install it, *")]
    [InlineData(nameof(Examples.MissingInPath), "The program no-such-program-in-path is not in PATH: install it, *")]
    [InlineData(nameof(Examples.NotYetBuilt), "The program build/no/such is not in * nor in a directory above it: run `make such` first.")]
    [InlineData(nameof(Examples.Unnamed), "The attribute names no program: *")]
    public async Task A_missing_program_says_what_to_do(string method, string sentence) =>
        (await ErrorAsync(method)).Should().Match(sentence);

    [Theory]
    [InlineData(nameof(Examples.NoPlaceholder), "{ports} in Arguments is no placeholder: write {port}, {files} or {socket}.")]
    [InlineData(nameof(Examples.NothingToWaitFor), "Ready is empty: write what the server prints when it may be connected to, *")]
    [InlineData(nameof(Examples.NoTime), "RunTimeout and ReadyTimeout are milliseconds: *")]
    [InlineData(nameof(Examples.NoValue), "\"HOME\" in Environment sets no variable: write \"NAME=VALUE\".")]
    [InlineData(nameof(Examples.ForeignState), "\"/var/data\" in State is not in the program's working directory: *")]
    [InlineData(nameof(Examples.ChaosWithSession), "A [[]ChaosFact] is written `public async Task ChaosWithSession(ServerEndpoint server)`, *")]
    [InlineData(nameof(Examples.ChaosWithoutPolicy), "*sometimes*")]
    [InlineData(nameof(Examples.ChaosWithoutRuns), "Runs and Jobs of a [[]ChaosFact] are numbers above 0.")]
    public async Task Wrong_settings_say_what_to_write(string method, string sentence) =>
        (await ErrorAsync(method)).Should().Match(sentence.Replace("[[]", "["));

    [Fact]
    public void The_program_of_an_assembly_is_that_of_its_tests()
    {
        AssemblyBuilder assembly = AssemblyBuilder.DefineDynamicAssembly(new AssemblyName("Tests"), AssemblyBuilderAccess.Run);
        assembly.SetCustomAttribute(new CustomAttributeBuilder(typeof(HealServerAttribute).GetConstructors().Single(), ["redis-server"]));
        Type type = assembly.DefineDynamicModule("Tests").DefineType("Class").CreateType();
        ProgramSettings.Of(new HealFactAttribute(), type).Program.Should().Be("redis-server");
        ProgramSettings.Of(new HealFactAttribute("cat"), type).Program.Should().Be("cat", "a test's own goes before");
    }

    [Fact]
    public async Task An_error_at_discovery_fails_the_test_when_it_is_run()
    {
        ExampleRun run = await ExampleRun.DiscoverAsync(typeof(Examples), nameof(Examples.Missing));
        run.Cases.Should().ContainSingle();
        run.DiscoveryError.Should().NotBeNull();
        run.Cases[0].TestMethod.MethodName.Should().Be(nameof(Examples.Missing));
    }

    [Fact]
    public async Task A_right_method_is_one_case_with_its_source_line_and_a_timeout()
    {
        ExampleRun run = await ExampleRun.DiscoverAsync(typeof(Examples), nameof(Examples.Passes));
        run.DiscoveryError.Should().BeNull();
        run.Cases.Should().ContainSingle();
        run.Cases[0].TestCaseDisplayName.Should().Be("cat copies");
        run.Cases[0].SourceFilePath.Should().EndWith("Examples.cs");
        run.Cases[0].Timeout.Should().Be(IHealTest.DefaultTimeout);
    }

    [Fact]
    public async Task Each_row_of_a_theory_is_a_case_whose_name_does_not_mention_the_session()
    {
        ExampleRun run = await ExampleRun.DiscoverAsync(typeof(Examples), nameof(Examples.Rows));
        run.Cases.Select(row => row.TestCaseDisplayName[(row.TestCaseDisplayName.LastIndexOf('.') + 1)..])
            .Should().Equal("Rows(text: \"ab\", same: True)", "Rows(text: \"cd\", same: False)");
    }

    private static async Task<string?> ErrorAsync(string method) =>
        (await ExampleRun.DiscoverAsync(typeof(Examples), method)).DiscoveryError;
}
