using SelfHeal.Diagnosis;
using SelfHeal.Hosts;
using SelfHeal.Log;

namespace SelfHeal.Testcontainers;

/// <summary>The recording of one program in one container: <c>WithRecorder</c> starts it there, and it is read here when
/// the container has ended.</summary>
public sealed class ContainerRecording
{
    private const UnixFileMode Everybody = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead
        | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    private const UnixFileMode Enter = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private readonly RecorderFiles _recorder;

    /// <param name="directory">The run directory: made, and mounted at the same path in the container.</param>
    /// <param name="program">In the container: a path, or a name in its PATH.</param>
    /// <param name="arguments">Without argv[0].</param>
    /// <param name="patch">A patch that is in force, or null.</param>
    /// <exception cref="SelfHealException">The directory exists and is not empty, or the recorder is missing.</exception>
    public ContainerRecording(string directory, string program, IReadOnlyList<string>? arguments = null, string? patch = null)
    {
        _recorder = RecorderFiles.Default;
        ulong seed = (ulong)Random.Shared.NextInt64();
        Run = RunDirectory.Create(directory, new RunInfo
        {
            Program = program,
            ProgramPath = program,
            Arguments = arguments ?? [],
            Seed = seed,
            Mode = RunMode.Record,
            Started = DateTimeOffset.UtcNow,
        });
        ControlPage.Create(Run.ControlPath, RunMode.Record, RunFlags.Tee, seed, sourceRun: "");
        if (patch is not null)
        {
            File.Copy(patch, Run.At("patch.ep"));
        }

        // the container's user is not ours
        File.SetUnixFileMode(Run.Path, Everybody | Enter);
        File.SetUnixFileMode(Run.At("events"), Everybody | Enter);
        File.SetUnixFileMode(Run.ControlPath, Everybody);
    }

    /// <summary>The run directory.</summary>
    public RunDirectory Run { get; }

    /// <summary>The recorder's directory: mounted read-only, at the same path.</summary>
    internal string RecorderDirectory => Path.GetDirectoryName(_recorder.Launcher)!;

    /// <summary>The container's entry point.</summary>
    internal string[] EntryPoint =>
        [_recorder.Launcher, "--run", Run.Path, "--lib", _recorder.Library, "--", Run.Info.Program, .. Run.Info.Arguments];

    /// <summary>Completes the run when the container has ended, and says how the program did.</summary>
    /// <param name="exitCode">The container's.</param>
    public Failure Complete(long exitCode)
    {
        int? signal = exitCode is > 128 and <= 192 && Run.ReadControl().ExitCode != exitCode ? (int)exitCode - 128 : null;
        double seconds = (DateTimeOffset.UtcNow - Run.Info.Started).TotalSeconds;
        Run.Save(Run.Info with
        {
            Outcome = new RunOutcome(signal is null ? (int)exitCode : null, signal, TimedOut: false, seconds),
        });
        return Diagnoser.Classify(Run);
    }
}
