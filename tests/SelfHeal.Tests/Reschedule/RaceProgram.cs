using System.Diagnostics;
using FluentAssertions;
using SelfHeal.Chaos;
using SelfHeal.Schedules;

namespace SelfHeal.Tests.Reschedule;

/// <summary>A pair of tests/Races: a program that fails under some schedules, and its fixed twin.</summary>
/// <param name="Name">As races.tsv has it.</param>
/// <param name="Fails">"signal N", "exit N", "deadlock".</param>
public sealed record RaceProgram(string Name, string Fails)
{
    private static readonly Lazy<string> Built = new(() =>
    {
        using Process build = Process.Start(new ProcessStartInfo("bash", [Path.Combine(Compiler.Repository, "tests", "Races", "build.sh")])
        {
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;
        string error = build.StandardError.ReadToEnd();
        build.WaitForExit();
        build.ExitCode.Should().Be(0, error);
        return Path.Combine(Compiler.Repository, "build", "races");
    });

    /// <summary>All of races.tsv.</summary>
    public static IReadOnlyList<RaceProgram> All { get; } =
    [
        .. File.ReadLines(Path.Combine(Compiler.Repository, "tests", "Races", "races.tsv"))
            .Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split('\t')).Select(row => new RaceProgram(row[0], row[3])),
    ];

    /// <summary>Finds failing runs: with these, up to 200 runs each.</summary>
    public static IReadOnlyList<Policy> Policies { get; } = [Policy.Pct(3), Policy.Pos, Policy.Random(100)];

    public string Failing => Path.Combine(Built.Value, Name);

    public string Fixed => Failing + ".fixed";

    /// <summary>Chaos of one program in a working directory of its own, one run after the other: some use a file there.</summary>
    public static async Task<ChaosResult> ChaosAsync(
        string program, Policy policy, int runs, ulong firstSeed, TemporaryDirectory directory, CancellationToken cancellationToken,
        string? patch = null)
    {
        string name = $"{policy.Kind}-{Guid.NewGuid():N}";
        string work = directory.At(name + "-work");
        Directory.CreateDirectory(work);
        using var chaos = new ChaosRunner(new ChaosOptions
        {
            Program = program,
            WorkingDirectory = work,
            KeepDirectory = directory.At(name),
            Runs = runs,
            Jobs = 1,
            FirstSeed = firstSeed,
            Patch = patch,
        });
        return await chaos.RunAsync(policy, cancellationToken);
    }

    public override string ToString() => Name;
}
