using System.Collections.Concurrent;
using SelfHeal.Diagnosis;
using SelfHeal.Log;

namespace SelfHeal.Hosts;

/// <summary>Copies of an image's programs and libraries on this machine, so that their symbols can be read whether or not a
/// container runs: in ~/.cache/selfheal/images/ID, under their paths.</summary>
internal sealed class ImageFiles
{
    private readonly ConcurrentDictionary<(string Path, string BuildId), bool> _known = new();

    public ImageFiles(string id) =>
        Root = Path.Combine(UserCache.Directory, "images", id.Replace("sha256:", "", StringComparison.Ordinal)[..12]);

    public string Root { get; }

    /// <summary>The build-id of a program of the image, or empty.</summary>
    public async Task<string> BuildIdAsync(WarmContainer container, string path, CancellationToken cancellationToken)
    {
        string file = container.Request.Source(path) ?? Root + path;
        if (!File.Exists(file))
        {
            await TakeAsync(container, path, cancellationToken).ConfigureAwait(false);
        }

        return ElfImage.TryRead(file)?.BuildId ?? "";
    }

    /// <summary>Copies what is not there, or is there in another build.</summary>
    public async Task TakeAllAsync(WarmContainer container, IEnumerable<ModuleInfo> modules, CancellationToken cancellationToken)
    {
        foreach (ModuleInfo module in modules.Where(module => module.Path.StartsWith('/')))
        {
            if (_known.TryAdd((module.Path, module.BuildId), true) && container.Request.Outside(module.Path) != module.Path
                && (ElfImage.TryRead(Root + module.Path) is not { } image || image.BuildId != module.BuildId))
            {
                await TakeAsync(container, module.Path, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task TakeAsync(WarmContainer container, string path, CancellationToken cancellationToken)
    {
        string file = Root + path;
        string copy = $"{file}.{Path.GetRandomFileName()}";
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        try
        {
            if (await container.TakeAsync(path, copy, cancellationToken).ConfigureAwait(false))
            {
                File.Move(copy, file, overwrite: true);
            }
        }
        finally
        {
            File.Delete(copy);
        }
    }
}
