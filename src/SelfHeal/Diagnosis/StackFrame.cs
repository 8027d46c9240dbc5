namespace SelfHeal.Diagnosis;

/// <summary>One frame of a call stack, with names.</summary>
/// <param name="Address">Absolute address in the run.</param>
/// <param name="Module">File name of the module, null when the address is in none.</param>
/// <param name="ModulePath">Its path.</param>
/// <param name="Offset">Offset from the module's load bias (the ELF virtual address); 0 when unknown.</param>
/// <param name="Locations">Innermost inlined function first, the function itself last; empty when unknown.</param>
public sealed record StackFrame(
    ulong Address, string? Module, string? ModulePath, ulong Offset, IReadOnlyList<SourceLocation> Locations)
{
    /// <summary>Name of the innermost function, or null.</summary>
    public string? Function => Locations.Count > 0 ? Locations[0].Function : null;

    /// <summary>The program's main function, itself or inlined into this frame: what started it is the same in every
    /// program.</summary>
    public bool IsMain => Locations.Any(location => location.Function == "main");

    /// <summary>"serve server.c:185", or "server+0x8b0e" where nothing is known.</summary>
    public override string ToString()
    {
        if (Locations.Count > 0)
        {
            return string.Join(" < ", Locations);
        }

        return Module is null ? $"0x{Address:x}" : Offset == 0 ? $"0x{Address:x} in {Module}" : $"{Module}+0x{Offset:x}";
    }
}
