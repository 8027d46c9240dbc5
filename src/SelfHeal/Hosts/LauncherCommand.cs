using System.Diagnostics;
using SelfHeal.Log;

namespace SelfHeal.Hosts;

/// <summary>Builds the command line of selfheal-launch for one run (docs/launcher.md).</summary>
internal static class LauncherCommand
{
    /// <param name="files">The recorder.</param>
    /// <param name="run">The run directory, with its control page.</param>
    /// <param name="streams">Where its output goes.</param>
    /// <param name="environment">A file that several runs share; null: the run's own.</param>
    public static ProcessStartInfo Build(
        RecorderFiles files, RunDirectory run, LaunchStreams streams, string? environment = null)
    {
        RunInfo info = run.Info;
        var start = new ProcessStartInfo(files.Launcher) { UseShellExecute = false };
        void Add(params ReadOnlySpan<string> arguments)
        {
            foreach (string argument in arguments)
            {
                start.ArgumentList.Add(argument);
            }
        }

        if (info.Mode == RunMode.Plain)
        {
            Add("--aslr");
        }
        else
        {
            Add("--run", run.Path, "--lib", files.Library);
        }

        Add("--env", environment ?? run.At("environment"), "--argv0", info.Program, "--cwd", info.WorkingDirectory);
        if (streams.Terminal is { } terminal)
        {
            Add("--terminal", terminal);
        }
        else if (info.Input is "none")
        {
            Add("--stdin", "/dev/null");
        }
        else if (info.Input is "file" or "bytes")
        {
            Add("--stdin", run.At("stdin"));
        }

        if (streams.CaptureOutput)
        {
            Add("--stdout", run.At("stdout"));
        }

        if (streams.CaptureError)
        {
            Add("--stderr", run.At("stderr"));
        }

        if (info.StackLimit > 0)
        {
            Add("--stack-limit", info.StackLimit.ToString());
        }

        if (info.Background)
        {
            Add("--background");
        }

        Add([.. info.Sandbox ? SandboxOptions(run) : []]);
        Add("--", info.ProgramPath);
        Add([.. info.Arguments]);
        return start;
    }

    private static List<string> SandboxOptions(RunDirectory run)
    {
        RunInfo info = run.Info;
        List<string> options = ["--sandbox", "--scratch", run.At("scratch"), "--rw", run.Path];
        if (Scratch.FitsInMemory())
        {
            options.Add("--in-memory");
        }

        for (int i = 0; i < info.StateDirectories.Count; i++)
        {
            options.AddRange(["--bind", $"{run.At($"work/{i}")}={info.StateDirectories[i]}"]);
        }

        if (info.SourceRun is { } source)
        {
            options.AddRange(RunDirectory.Open(source).ReadStartModules().Where(path => !IsState(info, path)).SelectMany(module => (string[])["--keep", module]));
        }

        return options;
    }

    private static bool IsState(RunInfo info, string path) =>
        info.StateDirectories.Any(directory => path.StartsWith(directory.TrimEnd('/') + "/", StringComparison.Ordinal));
}
