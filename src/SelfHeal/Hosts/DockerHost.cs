using System.Diagnostics;
using System.Globalization;
using SelfHeal.Log;

namespace SelfHeal.Hosts;

/// <summary>Starts programs in containers of an image. Warm ones are kept, as many as are needed: one that has the network
/// for recorded runs, one without for replays and trials. All paths of requests are those inside; run directories are
/// outside and inside at the same path. Dispose it: its containers end then, or with this process, however that ends.</summary>
public sealed class DockerHost : Host, IAsyncDisposable
{
    private static readonly string[] NotShared = ["/", "/bin", "/dev", "/etc", "/home", "/lib", "/lib64", "/opt", "/proc", "/root", "/sbin", "/sys", "/usr", "/usr/local", "/var"];
    private const string Names = "names"; // in a run directory: see WarmContainerRequest.Names
    private readonly DockerOptions _options;
    private readonly WarmContainers _containers;
    private string? _temporary;
    private DockerImage? _image;
    private ImageFiles? _files;
    private Sandbox? _sandbox;
    private string? _names;
    private int _runs;

    /// <param name="options">The image, and what its containers have.</param>
    /// <param name="recorder">Null: <see cref="RecorderFiles.Default"/>, found at the first run.</param>
    public DockerHost(DockerOptions options, RecorderFiles? recorder = null) : base(recorder)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentException.ThrowIfNullOrWhiteSpace(options.Image);
        _options = options;
        _containers = new WarmContainers(options, () => Recorder);
    }

    /// <summary>What the image runs by itself: its entry point and command.</summary>
    /// <exception cref="EngineUnavailableException">There is no engine.</exception>
    /// <exception cref="SelfHealException">There is no such image.</exception>
    public async Task<IReadOnlyList<string>> CommandAsync(CancellationToken cancellationToken = default) =>
        (await ImageAsync(cancellationToken).ConfigureAwait(false)).Command;

    /// <summary>The port of this machine, on 127.0.0.1, that leads to a port of the recorded program.</summary>
    /// <exception cref="SelfHealException">The port is not among <see cref="DockerOptions.Ports"/>, or nothing was recorded yet.</exception>
    public Task<int> PortAsync(int port, CancellationToken cancellationToken = default) =>
        _containers.Last(one => !one.Request.Isolated) is { } container && _options.Ports.Contains(port)
            ? container.PortAsync(port, cancellationToken)
            : throw new SelfHealException($"Port {port} of {_options.Image} cannot be reached: {(_options.Ports.Contains(port)
                ? "start a recorded run first" : "name it among the host's ports")}.");

    /// <summary>Copies a file or directory out of the container that programs are recorded in.</summary>
    /// <exception cref="SelfHealException">It is not there, or nothing was recorded yet.</exception>
    public Task CopyOutAsync(string inside, string outside, CancellationToken cancellationToken = default) =>
        _containers.Last(one => !one.Request.Isolated || !HasNetwork) is { } container
            ? CopyOutAsync(container, inside, Path.GetFullPath(outside), cancellationToken)
            : throw new SelfHealException($"There is no container of {_options.Image} to copy {inside} from: start a recorded run first.");

    /// <inheritdoc/>
    public override async Task<Sandbox> ProbeSandboxAsync(CancellationToken cancellationToken = default) =>
        _sandbox ??= await Sandbox.AskAsync(
            (await ContainerAsync(isolated: true, [], cancellationToken).ConfigureAwait(false)).Command(["--probe"]), cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public override async Task<bool> HasProgramAsync(string name, CancellationToken cancellationToken = default)
    {
        WarmContainer container = await ContainerAsync(isolated: true, [], cancellationToken).ConfigureAwait(false);
        return await FindAsync(container, name, "/", container.Environment, cancellationToken).ConfigureAwait(false) is not null;
    }

    /// <summary>Ends all containers, and what runs in them.</summary>
    public async ValueTask DisposeAsync()
    {
        await _containers.DisposeAsync().ConfigureAwait(false);
        if (_temporary is { } temporary && !Directory.EnumerateFileSystemEntries(temporary).Any())
        {
            Scratch.Remove(temporary);
        }
    }

    internal override async Task<RunBasis> BasisAsync(RunRequest request, CancellationToken cancellationToken)
    {
        DockerImage image = await ImageAsync(cancellationToken).ConfigureAwait(false);
        if (request.Source is { } source && source.Info.Image?.Id != image.Id)
        {
            throw new SelfHealException($"{source.Path} was recorded {(source.Info.Image is { } other
                ? $"in the image {other.Name} ({other.Id})" : "outside of containers")}, not in {_options.Image} ({image.Id}): use its own host.");
        }

        RunBasis.CheckRequest(request);
        KnowNames(request.Source);
        bool sandbox = await DecideSandboxAsync(request.Sandbox, cancellationToken).ConfigureAwait(false);
        WarmContainer container = await ContainerAsync(
            sandbox || request.Mode == RunMode.Replay, SharedFor(request.RunDirectory ?? TemporaryRun(), request.Source?.Path), cancellationToken).ConfigureAwait(false);
        string cwd = Path.GetFullPath(request.WorkingDirectory ?? ".", image.WorkingDirectory);
        IReadOnlyList<string> environment = request.Environment ?? container.Environment;
        string program = await FindAsync(container, request.ProgramPath ?? request.Program, cwd, environment, cancellationToken).ConfigureAwait(false)
            ?? throw new ProgramNotStartedException($"The program {request.Program} is not in the image {_options.Image}.", 127);
        return new RunBasis(
            cwd, environment, program, await _files!.BuildIdAsync(container, program, cancellationToken).ConfigureAwait(false),
            request.StackLimit != 0 ? request.StackLimit : container.StackLimit, sandbox)
        {
            Image = new RunImage(_options.Image, image.Id, _options.User ?? "", _files.Root),
        };
    }

    internal override async Task<ProcessStartInfo> CommandAsync(
        RunDirectory run, LaunchStreams streams, string? environment, CancellationToken cancellationToken)
    {
        if (environment is not null)
        {
            File.Copy(environment, run.At("environment"), overwrite: true); // others need not be seen in the container
        }

        WarmContainer container = await ContainerOfAsync(run, cancellationToken).ConfigureAwait(false);
        return container.Command(LauncherCommand.Build(Recorder, run, streams with { Terminal = null }).ArgumentList, streams.Terminal);
    }

    internal override string TemporaryRun()
    {
        _temporary ??= Directory.CreateTempSubdirectory("selfheal-runs-").FullName;
        return Path.Combine(_temporary, Interlocked.Increment(ref _runs).ToString(CultureInfo.InvariantCulture));
    }

    internal override async Task CopyStateAsync(RunInfo run, string directory, string target, CancellationToken cancellationToken)
    {
        WarmContainer container = await ContainerAsync(IsIsolated(run), [], cancellationToken).ConfigureAwait(false);
        if (container.Request.Outside(directory) is { } outside)
        {
            await StateCopy.CopyAsync(outside, target, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            await CopyOutAsync(container, directory, target, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The recorder writes into the run directory as the container's user.</summary>
    internal override void Filled(RunDirectory run)
    {
        if (_containers.Last(_ => true)?.UserId is > 0 and int user && user != RunRights.OwnUser)
        {
            RunRights.Open(run, Path.GetDirectoryName(run.Path)!);
        }
    }

    internal override async Task EndedAsync(RunDirectory run, CancellationToken cancellationToken)
    {
        if (run.Info.Mode != RunMode.Plain)
        {
            WarmContainer container = await ContainerOfAsync(run, cancellationToken).ConfigureAwait(false);
            await _files!.TakeAllAsync(container, ModuleEvents.Read(run.OpenLog()), cancellationToken).ConfigureAwait(false);
            if (!container.Request.Isolated)
            {
                await container.TakeNamesAsync(run.At(Names), cancellationToken).ConfigureAwait(false);
                KnowNames(run);
            }
        }
    }

    /// <summary>Replays and trials are to know the names that the recorded run knew.</summary>
    private void KnowNames(RunDirectory? recorded)
    {
        if (KnownNames is null && recorded is not null && Directory.Exists(recorded.At(Names)))
        {
            _names = recorded.At(Names);
        }
    }

    /// <summary>Null: of none yet, or of a run that was removed.</summary>
    private string? KnownNames => Directory.Exists(_names) ? _names : null;

    private bool HasNetwork => WarmContainerRequest.Network(_options) != "none";

    private static bool IsIsolated(RunInfo run) => run.Sandbox || run.Mode == RunMode.Replay;

    private Task<WarmContainer> ContainerOfAsync(RunDirectory run, CancellationToken cancellationToken) =>
        ContainerAsync(IsIsolated(run.Info), SharedFor(run.Path, run.Info.SourceRun), cancellationToken);

    /// <summary>Directories that a run needs to see.</summary>
    private static string[] SharedFor(string run, string? source)
    {
        string parent = Path.GetDirectoryName(Path.GetFullPath(run)) ?? "/";
        return NotShared.Contains(parent, StringComparer.Ordinal)
            ? throw new SelfHealException($"The run directory {run} cannot be seen in a container, for {parent} is the image's there: name one that lies deeper.")
            : source is null || WarmContainerRequest.IsWithin(source, parent) ? [parent] : [parent, source];
    }

    private async Task<DockerImage> ImageAsync(CancellationToken cancellationToken)
    {
        if (_image is null)
        {
            await DockerSweep.OnceAsync(_options.Engine).ConfigureAwait(false);
            _image = await DockerImage.InspectAsync(_options.Engine, _options.Image, cancellationToken).ConfigureAwait(false);
            _files = new ImageFiles(_image.Id);
        }

        return _image;
    }

    /// <summary>A container that sees these directories.</summary>
    private async Task<WarmContainer> ContainerAsync(bool isolated, string[] shared, CancellationToken cancellationToken)
    {
        DockerImage image = await ImageAsync(cancellationToken).ConfigureAwait(false);
        return await _containers.GetAsync(image, isolated || !HasNetwork, isolated ? KnownNames : null, shared, cancellationToken).ConfigureAwait(false);
    }

    private static Task<string?> FindAsync(
        WarmContainer container, string program, string directory, IReadOnlyList<string> environment, CancellationToken cancellationToken) =>
        container.FindAsync(ProgramPath.Candidates(program, directory, ProgramPath.Among(environment)), cancellationToken);

    private Task<string> CopyOutAsync(WarmContainer container, string inside, string outside, CancellationToken cancellationToken) =>
        _options.Engine.RunAsync(
            ["cp", "--archive", $"{container.Request.Name}:{inside}", outside], $"copy {inside} out of a container of {_options.Image}", cancellationToken);
}
