namespace SelfHeal.Log;

/// <summary>A program or library that was mapped in a run.</summary>
/// <param name="Path">Its file.</param>
/// <param name="BuildId">GNU build-id in lower-case hex, empty if it has none.</param>
/// <param name="Base">Load bias: address minus Base is the ELF virtual address.</param>
/// <param name="Start">First mapped address.</param>
/// <param name="End">First address behind it.</param>
public sealed record ModuleInfo(string Path, string BuildId, ulong Base, ulong Start, ulong End)
{
    /// <summary>Where its file can be read on this machine: elsewhere than at <see cref="Path"/> if that is a path of an image.</summary>
    public string File { get; init; } = Path;

    public string Name => System.IO.Path.GetFileName(Path);
}
