using SelfHeal.Hosts;
using SelfHeal.Log;

namespace SelfHeal.Bench;

/// <summary>Makes run directories and the command lines that use them: whole processes, started by selfheal-launch.</summary>
internal sealed class Recorded(RecorderFiles recorder, string directory)
{
    private int _series;

    /// <summary>A command that records; each round has a run directory of its own.</summary>
    public string[] Command(int rounds, string[] program, string? patch = null) =>
        Series(rounds, program, RunMode.Record, RunFlags.None, "", patch).Command;

    /// <summary>A command that replays a run, if <paramref name="guard"/> in guard mode.</summary>
    public string[] Replay(int rounds, string[] program, string source, bool guard) =>
        Series(rounds, program, RunMode.Replay, guard ? RunFlags.Guard : RunFlags.None, source, null).Command;

    /// <summary>Records once and gives the run directory.</summary>
    public string Once(string tools, string[] program, string? patch = null)
    {
        var (command, runs) = Series(1, program, RunMode.Record, RunFlags.None, "", patch);
        _ = Interleave.Run(tools, 1, [command]);
        return runs + "1";
    }

    /// <summary>The command line of one run, and its run directory.</summary>
    public (string[] Command, string Run) Single(string[] program, string? patch = null, string? source = null, RunFlags flags = RunFlags.None)
    {
        var (command, runs) = Series(0, program, source is null ? RunMode.Record : RunMode.Replay, flags, source ?? "", patch);
        return ([.. command.Select(argument => argument == runs + "@" ? runs + "0" : argument)], runs + "0");
    }

    public static ControlSnapshot Control(string run) => ControlPage.ReadFile(Path.Combine(run, "control"));

    /// <summary>The control page of the last round of a command made here.</summary>
    public static ControlSnapshot Last(string[] command, int rounds) =>
        Control(command[Array.IndexOf(command, "--run") + 1].Replace("@", rounds.ToString(), StringComparison.Ordinal));

    private (string[] Command, string Runs) Series(
        int rounds, string[] program, RunMode mode, RunFlags flags, string source, string? patch)
    {
        string runs = Path.Combine(directory, $"s{_series++}-");
        for (int i = 0; i <= rounds; i++) // round 0 warms up
        {
            string run = runs + i;
            Directory.CreateDirectory(Path.Combine(run, "events"));
            ControlPage.Create(Path.Combine(run, "control"), mode, flags | RunFlags.Refuse, seed: 1, source);
            if (mode == RunMode.Record)
            {
                FirstSegment.Make(Path.Combine(run, "events"));
            }

            if (patch is not null)
            {
                File.Copy(patch, Path.Combine(run, "patch.ep"));
            }
        }

        return ([recorder.Launcher, "--run", runs + "@", "--lib", recorder.Library, "--", .. program], runs);
    }
}
