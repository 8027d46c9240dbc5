namespace SelfHeal.Patches;

/// <summary>A return address as offset from a module's load bias.</summary>
/// <param name="Module">File name of the module.</param>
/// <param name="Offset">ELF virtual address.</param>
public readonly record struct PatchFrame(string Module, ulong Offset)
{
    public override string ToString() => $"{Module}+0x{Offset:x}";
}
