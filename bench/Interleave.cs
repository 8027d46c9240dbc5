using System.Diagnostics;
using SelfHeal.Measure;

namespace SelfHeal.Bench;

/// <summary>One run of one command.</summary>
/// <param name="Wall">Wall time in seconds.</param>
/// <param name="Processor">User and system time, with children, in seconds.</param>
/// <param name="Exit">Exit code, or 128 + signal.</param>
internal sealed record Sample(double Wall, double Processor, int Exit);

/// <summary>The samples of interleaved commands: one list per command, one sample per round.</summary>
internal sealed class Interleave
{
    private Interleave(IReadOnlyList<IReadOnlyList<Sample>> commands) => Commands = commands;

    public IReadOnlyList<IReadOnlyList<Sample>> Commands { get; }

    /// <summary>Runs the commands in turn. `@` in an argument becomes the round's number.</summary>
    /// <param name="tools">Where bench/interleave was built.</param>
    /// <param name="rounds">How often each runs, without the first round, which warms up and is dropped.</param>
    /// <param name="commands">Command lines.</param>
    /// <param name="exits">Exit codes that are right; other ones make the measurement void.</param>
    public static Interleave Run(string tools, int rounds, IReadOnlyList<string[]> commands, int[]? exits = null)
    {
        var start = new ProcessStartInfo(Path.Combine(tools, "interleave"))
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        start.ArgumentList.Add((rounds + 1).ToString());
        foreach (string argument in commands.SelectMany(command => command.Prepend("::")))
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(start)!;
        var samples = commands.Select(_ => new List<Sample>()).ToList();
        for (int round = 0; process.StandardOutput.ReadLine() is { } line; round++)
        {
            long[] numbers = [.. line.Split(' ').Select(long.Parse)];
            for (int i = 0; i < commands.Count && round > 0; i++)
            {
                samples[i].Add(new Sample(numbers[3 * i] / 1e9, numbers[(3 * i) + 1] / 1e9, (int)numbers[(3 * i) + 2]));
            }
        }

        process.WaitForExit();
        for (int i = 0; i < commands.Count; i++)
        {
            if (samples[i].Count != rounds)
            {
                throw new BenchException($"only {samples[i].Count} of {rounds} rounds were run: {string.Join(' ', commands[i])}");
            }

            if (samples[i].FirstOrDefault(sample => !(exits ?? [0]).Contains(sample.Exit)) is { } wrong)
            {
                throw new BenchException($"exit code {wrong.Exit}: {string.Join(' ', commands[i])}");
            }
        }

        return new Interleave(samples);
    }

    /// <summary>Processor time of command b over that of command a, per round.</summary>
    public IReadOnlyList<double> Ratios(int a, int b) =>
        new PairedMeasurement(Processor(a), Processor(b)).Ratios;

    /// <summary>The same of wall times.</summary>
    public IReadOnlyList<double> WallRatios(int a, int b) =>
        [.. Commands[a].Zip(Commands[b], (x, y) => y.Wall / x.Wall)];

    /// <summary>Added processor time per round in seconds, divided by <paramref name="by"/>.</summary>
    public IReadOnlyList<double> Added(int a, int b, double by) =>
        [.. Processor(a).Zip(Processor(b), (x, y) => (y - x) / by)];

    /// <summary>Fastest against fastest: the least disturbed by what else the machine does.</summary>
    public string Fastest(int a, int b) => $"fastest to fastest {Processor(b).Min() / Processor(a).Min():0.000}";

    public IReadOnlyList<double> Processor(int command) => [.. Commands[command].Select(sample => sample.Processor)];
}
