using System.Runtime.CompilerServices;
using SelfHeal.Diagnosis;
using SelfHeal.Hosts;
using SelfHeal.Log;
using SelfHeal.Patches;
using SelfHeal.Replay;
using SelfHeal.Requests;
using SelfHeal.Reports;
using SelfHeal.Search;
using SelfHeal.Testing.Reports;
using SelfHeal.Testing.Servers;
using SelfHeal.Testing.Sessions;
using SelfHeal.Testing.Snapshots;

namespace SelfHeal.Testing;

/// <summary>One test's dealings with a native program: runs under the recorder, healing, patched runs. All of its runs
/// are in one directory, which is removed when the test passes and kept when it fails. Not for several threads at once.</summary>
public sealed partial class HealSession
{
    private readonly SessionOptions _options;
    private readonly SessionDirectory _directory;
    private readonly SessionRecord _record;
    private readonly Host _host;
    private readonly Conversation _conversation;

    internal HealSession(SessionOptions options)
    {
        _options = options;
        bool isShort = Placeholders.HasSocket(options.Arguments);
        _directory = SessionDirectory.Create(options.Root ?? (isShort ? SessionDirectory.ShortRoot : null), options.ShortName, isShort);
        foreach (string state in options.StateDirectories)
        {
            Directory.CreateDirectory(Path.Combine(_directory.Files, state));
        }

        _host = SessionImage.HostOf(options.Image, _directory.Files, Placeholders.HasPort(options.Arguments));
        _record = SessionRecords.Add(new SessionRecord(options));
        _conversation = new Conversation(this, _host);
        options.Say($"program: {string.Join(' ', [options.Program, .. options.Arguments])}; seed {options.Seed}; runs in {_directory.Path}");
    }

    /// <summary>Absolute path of the program; in an image: as the attribute names it.</summary>
    public string Program => _options.Program;

    /// <summary>Holds all runs of this session.</summary>
    public string WorkDirectory => _directory.Path;

    /// <summary>The program's working directory, empty at first but for the state directories. It is the session's own.</summary>
    public string FilesDirectory => _directory.Files;

    /// <summary>Cancelled when the test is, or when its time is over. All methods respect it.</summary>
    public CancellationToken CancellationToken => _options.CancellationToken;

    /// <summary>All runs that have ended, in order; without those of a search.</summary>
    public IReadOnlyList<RunResult> Runs => [.. _record.Runs.Select(run => run.Result)];

    /// <summary>The interactive run: <see cref="Conversation.SendLineAsync"/> starts the program if it does not run.</summary>
    public Conversation Conversation => _conversation;

    /// <summary>Sends one line to the program, which is started under the recorder if it does not run. False: it no
    /// longer reads, because it has ended.</summary>
    public Task<bool> SendLineAsync(string line) => _conversation.SendLineAsync(line);

    /// <summary>Waits until the program prints <paramref name="text"/>, and returns all that is new since the last wait.</summary>
    /// <exception cref="SelfHealException">It ended without, or did not in time: 10 seconds unless given.</exception>
    public Task<string> WaitForAsync(string text, TimeSpan? timeout = null) => _conversation.WaitForAsync(text, timeout);

    /// <summary>Closes the program's input and waits for its end.</summary>
    public Task<RunResult> FinishAsync() => _conversation.FinishAsync();

    /// <summary>Runs the program under the recorder with this standard input, to its end.</summary>
    public Task<RunResult> RunAsync(string input) => RunAsync("recorded", Request() with { Input = RunInput.FromText(input) });

    /// <summary>Runs the program without the recorder: what the original prints, and the base line of overheads.</summary>
    public Task<RunResult> RunPlainAsync(string input) => RunPlainAsync(_host, input, Program);

    /// <summary>Runs another program, of this machine, with the same arguments and input, without the recorder: a build
    /// without the bug.</summary>
    public Task<RunResult> RunReferenceAsync(string program, string input) => RunPlainAsync(
        new LocalHost(), input, SessionProgram.Find(program, AppContext.BaseDirectory)
            ?? throw new ProgramNotStartedException($"The reference program {program} is missing.", 127));

    /// <summary>Runs the program under the recorder with a patch in force.</summary>
    public Task<RunResult> RunPatchedAsync(Patch? patch, string input) => RunAsync(
        "patched", Request() with { Input = RunInput.FromText(input), Patch = Write(patch) });

    /// <summary>Runs with the patch that <see cref="HealAsync(RunResult?, HealOptions?)"/> found last.</summary>
    public Task<RunResult> RunPatchedAsync(string input) => RunPatchedAsync(
        _record.Heals.LastOrDefault(heal => heal.Patch is not null)?.Patch, input);

    /// <summary>How the input of sockets is cut into requests, where <see cref="HealOptions.Framing"/> does not say; null: detected.</summary>
    public Framing? Framing { get; set; }

    /// <summary>Diagnoses a recorded run, the last one unless given, and searches for a patch that avoids its failure.
    /// A run that did not fail is searched for silent damage. The verdict is a value: nothing is thrown for a bug.</summary>
    public async Task<HealResult> HealAsync(RunResult? run = null, HealOptions? options = null)
    {
        if (run is null && _conversation.IsRunning)
        {
            run = await FinishAsync();
        }

        run ??= Runs.LastOrDefault(ended => ended.Directory.Info.Mode == RunMode.Record)
            ?? throw new SelfHealException("There is no recorded run to heal: call RunAsync or SendLineAsync first.");
        HealResult result = await new Healer(_host).HealAsync(
            run.Directory, (options ?? new HealOptions()) with
            {
                Progress = options?.Progress ?? new SpokenProgress(_options.Say), Framing = options?.Framing ?? Framing,
            },
            CancellationToken);
        _record.Heals.Add(result);
        return result;
    }

    /// <summary>Replays a recorded run, the last one unless given.</summary>
    public async Task<ReplayResult> ReplayAsync(RunResult? run = null, ReplayOptions? options = null)
    {
        run ??= Runs.Last(ended => ended.Directory.Info.Mode == RunMode.Record);
        ReplayResult replay = await new Replayer(_host).ReplayAsync(
            run.Directory, (options ?? new ReplayOptions()) with { RunDirectory = options?.RunDirectory ?? _directory.Next("replay") },
            CancellationToken);
        _options.Say(replay.Sentence);
        return replay;
    }

    /// <summary>Compares the patch with <c>Class.Method.verified.ep</c> beside the test. Offsets and build-ids are scrubbed:
    /// the snapshot stays the same on other machines and in new builds of the same source.</summary>
    /// <exception cref="SnapshotException">New or not equal: the file <c>.received.ep</c> was written for review.</exception>
    public Task VerifyPatchAsync(Patch? patch, [CallerFilePath] string sourceFile = "") =>
        PatchSnapshot.VerifyAsync(
            patch ?? throw new SelfHealException("There is no patch to verify: the search found none."), sourceFile, CancellationToken);

    /// <summary>The text that ends a failure: seed, run directory, and one command that replays it.</summary>
    internal string Describe() => SessionText.Describe(_options, _directory.Path, _record.Runs);

    /// <param name="error">What the test threw, null if it passed.</param>
    /// <param name="interrupted">The user ended the test run: nothing is kept.</param>
    internal async Task CloseAsync(Exception? error, bool interrupted = false)
    {
        await _conversation.StopAsync();
        foreach (HealServer server in _servers)
        {
            await server.DisposeAsync();
        }

        if (_host is IAsyncDisposable containers)
        {
            await containers.DisposeAsync();
        }

        bool keep = !interrupted && (error is not null || SessionRecords.KeepRuns);
        _record.Close(error?.Message, keep ? _directory.Path : null);
        if (error is not null)
        {
            if (SessionText.LastOutput(_record.Runs) is { } printed)
            {
                _options.Say(printed);
            }

            _options.Attach("selfheal.md", SessionText.Attachment(_directory.Path, _record));
        }

        if (keep)
        {
            _directory.Keep();
        }
        else
        {
            _directory.Remove();
        }
    }

    internal RunRequest Request() => new()
    {
        Program = Program,
        Arguments = Placeholders.Fill(_options.Arguments, FilesDirectory, Placeholders.ChoosePort(_options.Arguments)),
        WorkingDirectory = FilesDirectory,
        StateDirectories = [.. _options.StateDirectories.Select(state => Path.Combine(FilesDirectory, state))],
        Environment = RunEnvironment(),
        Seed = _options.Seed,
        Timeout = _options.RunTimeout,
    };

    private IReadOnlyList<string>? RunEnvironment() => _options.Environment.Count == 0 ? null
        : [.. RunBasis.OwnEnvironment().Where(entry => !_options.Environment.Any(own => own.Split('=')[0] == entry.Split('=')[0])), .. _options.Environment];

    internal string NextRun(string what) => _directory.Next(what);

    /// <param name="what">recorded, patched, and the like.</param>
    /// <param name="run">The run.</param>
    /// <param name="known">How it ended, where its own files do not tell.</param>
    internal RunResult Ended(string what, RunResult run, Failure? known = null)
    {
        Failure? failure = known ?? (run.Directory.Info.Mode == RunMode.Plain ? null : Diagnoser.Classify(run));
        lock (_record)
        {
            _record.Runs.Add(new SessionRun(what, run, failure)); // a server may end at any time
        }

        string name = Path.GetFileName(run.Directory.Path);
        _options.Say($"{name}: {failure?.Sentence ?? run.Exit.ToString()} ({run.Duration.TotalSeconds:0.000} s)");
        return run;
    }

    /// <summary>The path of the patch as a file.</summary>
    /// <exception cref="PatchRefusedException">It is for another build of the program.</exception>
    internal string Write(Patch? patch)
    {
        if (patch is null)
        {
            throw new SelfHealException("There is no patch to run with: the search found none.");
        }

        // what is in an image, the recorder says there
        if (_options.Image is null && PatchCheck.Check(patch, Program) is var check && check.Modules.Any(module => module.File is not null && !module.Matches))
        {
            throw new PatchRefusedException(check.Sentence);
        }

        string path = Path.Combine(_directory.Path, "patch.ep");
        PatchFile.Save(patch, path);
        return path;
    }

    private Task<RunResult> RunPlainAsync(Host host, string input, string program) => RunAsync(host, "plain", Request() with
    {
        Program = program,
        Input = RunInput.FromText(input),
        Mode = RunMode.Plain,
        StateDirectories = [],
    });

    private Task<RunResult> RunAsync(string what, RunRequest request) => RunAsync(_host, what, request);

    private async Task<RunResult> RunAsync(Host host, string what, RunRequest request) => Ended(
        what, await host.RunAsync(request with { RunDirectory = _directory.Next(what) }, CancellationToken));

    private sealed class SpokenProgress(Action<string> say) : IProgress<HealProgress>
    {
        public void Report(HealProgress value)
        {
            // the verdict is the test's to tell
            if (value.Phase != HealPhase.Done)
            {
                say($"{value.Phase.ToString().ToLowerInvariant()}: {value.Text}");
            }
        }
    }
}
