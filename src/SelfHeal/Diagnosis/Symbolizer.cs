using System.Collections.Concurrent;
using SelfHeal.Log;

namespace SelfHeal.Diagnosis;

/// <summary>Turns addresses of a run into functions and lines (ELF symbols and DWARF, through binutils).</summary>
public sealed class Symbolizer
{
    private static readonly ConcurrentDictionary<(string Path, ulong Address), IReadOnlyList<SourceLocation>> Known = new();
    private static readonly ConcurrentDictionary<string, ElfImage?> Images = new(StringComparer.Ordinal);

    /// <param name="modules">The module map of the run; of two that overlap the later one counts.</param>
    public Symbolizer(IReadOnlyList<ModuleInfo> modules) => Modules = modules;

    public IReadOnlyList<ModuleInfo> Modules { get; }

    /// <summary>Names a stack. Return addresses are looked up one byte earlier, in the call.</summary>
    /// <param name="stack">Absolute addresses, innermost first.</param>
    /// <param name="firstIsPc">[0] is a pc and not a return address.</param>
    public IReadOnlyList<StackFrame> Symbolize(CallStack stack, bool firstIsPc)
    {
        ArgumentNullException.ThrowIfNull(stack);
        return SymbolizeAll([(stack, firstIsPc)])[0];
    }

    /// <summary>Names several stacks with one addr2line process per module.</summary>
    public IReadOnlyList<IReadOnlyList<StackFrame>> SymbolizeAll(IReadOnlyList<(CallStack Stack, bool FirstIsPc)> stacks)
    {
        ArgumentNullException.ThrowIfNull(stacks);
        var wanted = new Dictionary<string, HashSet<ulong>>(StringComparer.Ordinal);
        foreach (var (stack, firstIsPc) in stacks)
        {
            for (int i = 0; i < stack.Addresses.Count; i++)
            {
                if (Find(stack.Addresses[i]) is { } module
                    && !Known.ContainsKey((module.File, Query(stack.Addresses[i] - module.Base, i, firstIsPc))))
                {
                    if (!wanted.TryGetValue(module.File, out HashSet<ulong>? addresses))
                    {
                        wanted[module.File] = addresses = [];
                    }

                    addresses.Add(Query(stack.Addresses[i] - module.Base, i, firstIsPc));
                }
            }
        }

        Parallel.ForEach(wanted, pair =>
        {
            var found = Addr2Line.Look(pair.Key, pair.Value);
            foreach (ulong address in pair.Value)
            {
                Known[(pair.Key, address)] = found.TryGetValue(address, out var locations) ? locations : [];
            }
        });
        return [.. stacks.Select(stack => Frames(stack.Stack, stack.FirstIsPc))];
    }

    /// <summary>The module that holds an address; null for none.</summary>
    public ModuleInfo? Find(ulong address) =>
        Modules.LastOrDefault(module => address >= module.Start && address < module.End);

    /// <summary>Name or start of the function around a return address: what tells two calling functions apart in
    /// stripped programs too. Null outside of all modules.</summary>
    public string? FunctionIdentity(ulong returnAddress)
    {
        if (Find(returnAddress) is not { } module)
        {
            return null;
        }

        ulong offset = returnAddress - module.Base;
        ElfImage? image = Images.GetOrAdd(module.File, ElfImage.TryRead);
        return $"{module.Name}+0x{image?.FunctionStart(offset - 1) ?? offset:x}";
    }

    private StackFrame[] Frames(CallStack stack, bool firstIsPc)
    {
        var frames = new StackFrame[stack.Addresses.Count];
        for (int i = 0; i < frames.Length; i++)
        {
            ulong address = stack.Addresses[i];
            ModuleInfo? module = Find(address);
            ulong offset = module is null ? 0 : address - module.Base;
            frames[i] = new StackFrame(address, module?.Name, module?.Path, offset,
                module is not null && Known.TryGetValue((module.File, Query(offset, i, firstIsPc)), out var locations)
                    ? locations : []);
        }

        return frames;
    }

    private static ulong Query(ulong offset, int index, bool firstIsPc) =>
        offset - (index == 0 && firstIsPc ? 0UL : 1UL);
}
