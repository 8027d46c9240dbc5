using System.Diagnostics;

namespace SelfHeal.Testing.Tests;

/// <summary>This test program, started anew for some of its tests, with runs and temporary files in a directory of its own.</summary>
internal static class TestProgram
{
    /// <param name="directory">Gets results/, runs/ and tmp/.</param>
    /// <param name="filter">Of the methods.</param>
    /// <param name="options">Further ones.</param>
    public static Process Start(TemporaryDirectory directory, string filter, params string[] options) =>
        Start(directory, filter, options, Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(TestProgram).Assembly.Location] : []);

    /// <param name="directory">As above.</param>
    /// <param name="filter">As above.</param>
    /// <param name="options">As above.</param>
    /// <param name="first">In front of all: what dotnet is to do.</param>
    public static Process Start(TemporaryDirectory directory, string filter, string[] options, string[] first)
    {
        var start = new ProcessStartInfo(first.Length > 0 ? "dotnet" : Environment.ProcessPath!)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = directory.Path,
            UseShellExecute = false,
        };
        string[] common = ["--filter-method", filter, "--results-directory", directory.At("results"), "--no-progress", "--no-ansi"];
        foreach (string argument in first.Concat(common).Concat(options))
        {
            start.ArgumentList.Add(argument);
        }

        // a test program that was started by `dotnet test` must not tell its pipe to ours
        foreach (string name in start.Environment.Keys.Where(key => key.Contains("TESTINGPLATFORM")).ToArray())
        {
            start.Environment.Remove(name);
        }

        start.Environment[Sessions.ExampleDiscoverer.Wanted] = "1";
        start.Environment["SELFHEAL_TEST_RUNS"] = directory.At("runs");
        start.Environment["TMPDIR"] = Directory.CreateDirectory(directory.At("tmp")).FullName;
        return Process.Start(start)!;
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>Its exit status, and what it wrote.</returns>
    public static async Task<(int Exit, string Output)> EndAsync(Process process, CancellationToken cancellationToken)
    {
        Task<string> error = process.StandardError.ReadToEndAsync(cancellationToken);
        string output = await process.StandardOutput.ReadToEndAsync(cancellationToken) + await error;
        await process.WaitForExitAsync(cancellationToken);
        return (process.ExitCode, output);
    }
}
