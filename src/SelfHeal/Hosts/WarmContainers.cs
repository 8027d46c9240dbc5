using System.Globalization;

namespace SelfHeal.Hosts;

/// <summary>The containers of one host: started when they are needed, ended together.</summary>
internal sealed class WarmContainers(DockerOptions options, Func<RecorderFiles> recorder) : IAsyncDisposable
{
    private readonly SemaphoreSlim _starting = new(1, 1);
    private volatile WarmContainer[] _containers = []; // replaced and not changed: it is read by runs that go on meanwhile
    private string? _directory;

    /// <summary>The newest of this kind that runs; null: there is none.</summary>
    public WarmContainer? Last(Func<WarmContainer, bool> isWanted) => _containers.LastOrDefault(one => one.IsRunning && isWanted(one));

    /// <summary>One that stands ready, or a new one.</summary>
    /// <param name="image">Of the host.</param>
    /// <param name="isolated">As <see cref="WarmContainerRequest.Isolated"/>.</param>
    /// <param name="names">As <see cref="WarmContainerRequest.Names"/>.</param>
    /// <param name="shared">Directories that it sees.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <exception cref="SelfHealException">It cannot be started.</exception>
    public async Task<WarmContainer> GetAsync(
        DockerImage image, bool isolated, string? names, string[] shared, CancellationToken cancellationToken)
    {
        await _starting.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return Last(one => one.Request.Isolated == isolated && one.Request.Names == names
                    && shared.All(wanted => one.Request.Outside(wanted) == wanted))
                ?? await StartAsync(image, isolated, names, shared, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _starting.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_containers.Select(container => container.DisposeAsync().AsTask())).ConfigureAwait(false);
        _containers = [];
        if (_directory is { } directory)
        {
            Scratch.Remove(directory);
        }

        _starting.Dispose();
    }

    private async Task<WarmContainer> StartAsync(
        DockerImage image, bool isolated, string? names, string[] shared, CancellationToken cancellationToken)
    {
        _directory ??= DockerSweep.MakeDirectory();
        foreach (string one in shared)
        {
            Directory.CreateDirectory(one);
        }

        string number = _containers.Length.ToString(CultureInfo.InvariantCulture);
        var request = new WarmContainerRequest(
            $"{Path.GetFileName(_directory)}-{number}", image.Id, options, recorder(), isolated, names)
        {
            Shared = [.. _containers.SelectMany(container => container.Request.Shared).Concat(shared).Distinct().Where(one => !options.Mounts.ContainsKey(one))],
        };
        WarmContainer container = await WarmContainer.StartAsync(
            options.Engine, request, Path.Combine(_directory, number), cancellationToken).ConfigureAwait(false);
        _containers = [.. _containers, container];
        foreach (var (inside, outside) in options.Files)
        {
            await options.Engine.RunAsync(
                ["cp", Path.GetFullPath(outside), $"{request.Name}:{inside}"], $"copy {outside} into a container", cancellationToken).ConfigureAwait(false);
        }

        return container;
    }
}
