using SelfHeal.Log;

namespace SelfHeal.Diagnosis;

/// <summary>Turns addresses of a run into functions and lines (ELF symbols and DWARF, through binutils).</summary>
public sealed class Symbolizer
{
    public Symbolizer(IReadOnlyList<ModuleInfo> modules) => Modules = modules;

    public IReadOnlyList<ModuleInfo> Modules { get; }

    /// <summary>Names a stack. Return addresses are looked up one byte earlier, in the call.</summary>
    /// <param name="stack">Absolute addresses, innermost first.</param>
    /// <param name="firstIsPc">[0] is a pc and not a return address.</param>
    public IReadOnlyList<StackFrame> Symbolize(CallStack stack, bool firstIsPc) =>
        throw new NotSupportedException(stack?.ToString() + firstIsPc);
}
