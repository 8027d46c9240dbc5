using System.Diagnostics;
using FluentAssertions;
using Xunit;

namespace SelfHeal.Testing.Tests.Sessions;

/// <summary>What a user sees of a failing test: one screen, and what to do next. What `dotnet test` says about the whole test
/// run, before and after its tests, is not ours.</summary>
public sealed class ScreenTests : IDisposable
{
    private const int Limit = 120_000;
    private const int Rows = 24, Columns = 120;
    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Theory(Timeout = Limit)]
    [InlineData("FailingTests.A_program_that_cannot_be_healed", "NotHealed: sh is not healed: sh ended with exit status 3, and guard mode found no heap overflow")]
    [InlineData("FailingTests.A_server_that_fails_under_chaos", "The run with seed")]
    public async Task A_failing_test_fits_one_screen_of_dotnet_test(string method, string says)
    {
        _directory.Write("global.json", """{ "test": { "runner": "Microsoft.Testing.Platform" } }""");
        using Process process = TestProgram.Start(_directory, $"*.{method}", [], DotnetTest());
        (int exit, string output) = await TestProgram.EndAsync(process, Cancellation);

        exit.Should().Be(2, output);
        string[] lines = [.. output.Split('\n').SkipWhile(line => !line.StartsWith("failed ", StringComparison.Ordinal))
            .TakeWhile(line => !line.Contains("failed with 1 error(s)", StringComparison.Ordinal))];
        lines.Sum(line => Math.Max(1, (line.Length + Columns - 1) / Columns)).Should().BeLessThanOrEqualTo(Rows, $"lines that are longer are wrapped:\n{output}");
        output.Should().Contain(says).And.Contain("replay with: selfheal replay /").And.Contain("Tests.cs:");
    }

    [Fact(Timeout = Limit)]
    public async Task A_shared_server_that_fails_is_told_when_its_tests_are_over()
    {
        using Process process = TestProgram.Start(_directory, "*.FailingSharedServerTests.*");
        (int exit, string output) = await TestProgram.EndAsync(process, Cancellation);
        exit.Should().Be(2, output);
        output.Should().Contain("The shared server failed while tests used it: shop was killed by SIGSEGV at address 0x8 in serve shop.c:")
            .And.Contain("replay with: selfheal replay ");
    }

    private static string[] DotnetTest() => ["test", "--test-modules", Path.GetFileName(typeof(ScreenTests).Assembly.Location), "--root-directory", AppContext.BaseDirectory];
}
