using System.Diagnostics;
using FluentAssertions;

namespace SelfHeal.Tests;

/// <summary>Builds tiny C programs: gcc is a prerequisite of the repository.</summary>
public static class Compiler
{
    public static string Build(TemporaryDirectory directory, string name, string source, params string[] options)
    {
        string file = directory.Write(name + ".c", source);
        using Process gcc = Process.Start(new ProcessStartInfo(
            "gcc", [.. options, "-Wl,--build-id", file, "-o", directory.At(name)]) { RedirectStandardError = true, UseShellExecute = false })!;
        string error = gcc.StandardError.ReadToEnd();
        gcc.WaitForExit();
        gcc.ExitCode.Should().Be(0, error);
        return directory.At(name);
    }

    public static string Output(string program, params string[] arguments)
    {
        using Process process = Process.Start(
            new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, UseShellExecute = false })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output;
    }

    /// <summary>The repository, found from the test's own directory.</summary>
    public static string Repository
    {
        get
        {
            string? at = AppContext.BaseDirectory;
            while (at is not null && !File.Exists(Path.Combine(at, "SelfHeal.sln")))
            {
                at = Path.GetDirectoryName(at);
            }

            return at ?? throw new InvalidOperationException("no repository above " + AppContext.BaseDirectory);
        }
    }
}
