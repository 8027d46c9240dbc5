using System.Diagnostics;
using FluentAssertions;
using SelfHeal.Hosts;
using Xunit;

namespace SelfHeal.Testing.Tests.Sessions;

/// <summary>The test run is ended from outside, in four phases at once; then one more test run begins.</summary>
public sealed class InterruptionTests : IDisposable
{
    private const int Limit = 180_000;
    private const int Sigint = 2, Sigkill = 9, Sigterm = 15;
    private static readonly string[] Phases = [nameof(Interrupted.Starting), nameof(Interrupted.Recording), nameof(Interrupted.Healing), nameof(Interrupted.Patched)];
    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Theory(Timeout = Limit)]
    [InlineData(Sigint)]
    [InlineData(Sigterm)]
    [InlineData(Sigkill)]
    public async Task Nothing_is_left_after_the_next_start(int signal)
    {
        Process[] programs = [.. Phases.Select(phase => TestProgram.Start(_directory, $"*.Interrupted.{phase}"))];
        Task<(int, string)>[] ends = [.. programs.Select(program => TestProgram.EndAsync(program, Cancellation))];
        for (int i = 0; i < Phases.Length; i++)
        {
            await ReachedAsync(Phases[i], ends[i]);
            Signals.Send(programs[i].Id, signal).Should().BeTrue();
        }

        await Task.WhenAll(ends);
        using Process next = TestProgram.Start(_directory, "*.Interrupted.Next");
        (int exit, string output) = await TestProgram.EndAsync(next, Cancellation);
        exit.Should().Be(0, output);

        Directory.EnumerateFileSystemEntries(_directory.At("runs")).Should().BeEmpty();
        Directory.EnumerateFileSystemEntries(_directory.At("tmp"), "*selfheal*").Should().BeEmpty();
        (await File.ReadAllTextAsync("/proc/mounts", Cancellation)).Should().NotContain(_directory.Path);
        Processes().Should().BeEmpty();
        Array.ForEach(programs, program => program.Dispose());
    }

    private async Task ReachedAsync(string phase, Task<(int Exit, string Output)> end)
    {
        while (!File.Exists(_directory.At($"tmp/{phase}")))
        {
            end.IsCompleted.Should().BeFalse($"{phase}: {(end.IsCompleted ? (await end).Output : "")}");
            await Task.Delay(10, Cancellation);
        }
    }

    /// <summary>Command lines of those that work in our directory, have it as an argument, or in their environment.</summary>
    private IEnumerable<string> Processes() => Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(name => int.TryParse(name, out _))
        .Where(name => new[] { "cmdline", "environ" }.Any(file => Read($"/proc/{name}/{file}").Contains(_directory.Path, StringComparison.Ordinal))
            || new FileInfo($"/proc/{name}/cwd").LinkTarget?.StartsWith(_directory.Path, StringComparison.Ordinal) == true)
        .Select(name => Read($"/proc/{name}/cmdline"));

    private static string Read(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return ""; // it has ended
        }
    }
}
