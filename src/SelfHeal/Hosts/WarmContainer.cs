using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace SelfHeal.Hosts;

/// <summary>A container that stands ready: launchers are started in it through a socket (docs/launcher.md), in a millisecond.
/// It ends, and is removed, when this process does.</summary>
internal sealed class WarmContainer : IAsyncDisposable
{
    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(10);
    private readonly DockerEngine _engine;
    private readonly string _launcher;
    private readonly string _socket;
    private readonly ChildProcess _process;
    private readonly Socket _owner;

    private WarmContainer(DockerEngine engine, WarmContainerRequest request, string socket, ChildProcess process, Socket owner) =>
        (_engine, _launcher, _socket, _process, _owner, Request) = (engine, request.Recorder.Launcher, socket, process, owner, request);

    public WarmContainerRequest Request { get; }

    public bool IsRunning => !_process.HasExited;

    /// <summary>NUL-separated, as the program inherits it.</summary>
    public IReadOnlyList<string> Environment { get; private set; } = [];

    /// <summary>Of the container's processes.</summary>
    public long StackLimit { get; private set; }

    /// <summary>Of the container's processes.</summary>
    public int UserId { get; private set; }

    /// <param name="engine">Has the image.</param>
    /// <param name="request">What it is to be.</param>
    /// <param name="directory">For the socket; the container's own.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="SelfHealException">The engine cannot start it.</exception>
    public static async Task<WarmContainer> StartAsync(
        DockerEngine engine, WarmContainerRequest request, string directory, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(directory);
        File.SetUnixFileMode(directory, (UnixFileMode)0b111_011_011); // its user makes the socket in it
        string socket = Path.Combine(directory, "s");
        string profile = Path.Combine(directory, "seccomp.json");
        await File.WriteAllTextAsync(profile, SeccompProfile.Json, cancellationToken).ConfigureAwait(false);
        ProcessStartInfo start = engine.Command(request.Arguments(directory, profile, socket));
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        ChildProcess process = ChildProcess.Start(start);
        try
        {
            using var reader = new StreamReader(process.Output, leaveOpen: true);
            if (await reader.ReadLineAsync(cancellationToken).ConfigureAwait(false) != "ready")
            {
                throw await engine.FailureAsync(
                    $"start a container of {request.Options.Image}", await process.ErrorAsync().ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
            }

            var owner = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await owner.ConnectAsync(new UnixDomainSocketEndPoint(socket), cancellationToken).ConfigureAwait(false);
            await owner.SendAsync(new byte[sizeof(uint)], cancellationToken).ConfigureAwait(false); // a caller without arguments
            var container = new WarmContainer(engine, request, socket, process, owner);
            await container.LookAsync(cancellationToken).ConfigureAwait(false);
            return container;
        }
        catch
        {
            process.Kill();
            process.Dispose();
            throw;
        }
    }

    /// <summary>The command on this machine that runs a launcher in the container.</summary>
    /// <param name="arguments">The launcher's.</param>
    /// <param name="terminal">A terminal of this machine for the program; null: none.</param>
    public ProcessStartInfo Command(IEnumerable<string> arguments, string? terminal = null) => new(
        _launcher,
        terminal is null ? ["--at", _socket, "--", .. arguments] : ["--at", _socket, "--terminal", terminal, "--", "--session", .. arguments])
    { UseShellExecute = false };

    /// <summary>The first of these files that can be executed; null: none.</summary>
    public async Task<string?> FindAsync(IEnumerable<string> files, CancellationToken cancellationToken)
    {
        var (exit, output, _, _) = await ChildProcess.RunAsync(
            Command(["--find", "--", .. files]), null, cancellationToken).ConfigureAwait(false);
        return exit == 0 ? output : null;
    }

    /// <summary>Copies a file to this machine. False: it cannot be read.</summary>
    public async Task<bool> TakeAsync(string file, string target, CancellationToken cancellationToken)
    {
        ProcessStartInfo start = Command(["--show", file]);
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        using ChildProcess child = ChildProcess.Start(start);
        FileStream copy = File.Create(target);
        await using (copy.ConfigureAwait(false))
        {
            await child.Output.CopyToAsync(copy, cancellationToken).ConfigureAwait(false);
        }

        await child.WaitAsync(null, cancellationToken).ConfigureAwait(false);
        return child.ExitCode == 0;
    }

    /// <summary>Keeps what a container without a network lacks: its name, and how it finds others.</summary>
    public async Task TakeNamesAsync(string directory, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(directory);
        foreach (string file in WarmContainerRequest.NameFiles)
        {
            await TakeAsync("/etc/" + file, Path.Combine(directory, file), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The port of this machine that leads to a port of the container.</summary>
    public async Task<int> PortAsync(int port, CancellationToken cancellationToken)
    {
        string output = await _engine.RunAsync(
            ["port", Request.Name, string.Create(CultureInfo.InvariantCulture, $"{port}/tcp")], $"reach port {port}: it is not among the ports of the host",
            cancellationToken).ConfigureAwait(false);
        return int.Parse(output.Split('\n')[0].Split(':')[^1], CultureInfo.InvariantCulture);
    }

    /// <summary>Ends the container; all that runs in it is killed.</summary>
    public async ValueTask DisposeAsync()
    {
        _owner.Dispose();
        using (_process)
        {
            if (await _process.WaitAsync(_process.Elapsed + EndPatience, CancellationToken.None).ConfigureAwait(false))
            {
                await _engine.RunAsync(["rm", "--force", Request.Name], "remove a container", CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        Environment = (await ShowAsync("/proc/1/environ", cancellationToken).ConfigureAwait(false)).Split('\0', StringSplitOptions.RemoveEmptyEntries);
        StackLimit = RunBasis.StackLimitOf(await ShowAsync("/proc/1/limits", cancellationToken).ConfigureAwait(false));
        string user = (await ShowAsync("/proc/1/status", cancellationToken).ConfigureAwait(false)).Split('\n').First(line => line.StartsWith("Uid:", StringComparison.Ordinal));
        UserId = int.Parse(user.Split('\t')[1], CultureInfo.InvariantCulture);
    }

    private async Task<string> ShowAsync(string file, CancellationToken cancellationToken) => (await ChildProcess.RunAsync(
        Command(["--show", file]), null, cancellationToken).ConfigureAwait(false)).Output;
}
