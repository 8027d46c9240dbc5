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

        Add([.. info.StackLimit > 0 ? ["--stack-limit", info.StackLimit.ToString()] : Array.Empty<string>(), .. info.Background ? ["--background"] : Array.Empty<string>()]);

        if (info.Sandbox)
        {
            Add("--sandbox", "--scratch", run.At("scratch"), "--rw", run.Path);
            Add([.. Scratch.FitsInMemory() ? ["--in-memory"] : Array.Empty<string>()]);
            for (int i = 0; i < info.StateDirectories.Count; i++)
            {
                Add("--bind", $"{run.At($"work/{i}")}={info.StateDirectories[i]}");
            }
        }

        if (info.Sandbox && info.SourceRun is { } source)
        {
            foreach (string module in RunDirectory.Open(source).ReadStartModules().Where(path => !IsState(info, path)))
            {
                Add("--keep", module);
            }
        }

        Add("--", info.ProgramPath);
        Add([.. info.Arguments]);
        return start;
    }

    private static bool IsState(RunInfo info, string path) =>
        info.StateDirectories.Any(directory => path.StartsWith(directory.TrimEnd('/') + "/", StringComparison.Ordinal));
}
