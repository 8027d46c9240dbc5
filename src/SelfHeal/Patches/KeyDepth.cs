namespace SelfHeal.Patches;

/// <summary>How many frames of a guilty allocation stack make the key: the shortest prefix that goes past wrappers.</summary>
public static class KeyDepth
{
    /// <summary>A call site through which this many distinct functions allocate is in a wrapper.</summary>
    public const int WrapperCallers = 3;

    private static readonly string[] AllocatingLibraries = ["libc.so", "libstdc++.so", "ld-linux"];

    /// <summary>The first frame's call site is in malloc's caller. Frame i is in a wrapper when, among all allocations
    /// whose stacks begin with frames 0..i, at least <see cref="WrapperCallers"/> different functions called it; frames
    /// of the C and C++ libraries always are (strdup, operator new).</summary>
    /// <param name="guilty">Return addresses of the guilty allocation, innermost first.</param>
    /// <param name="stacks">Return addresses of all distinct allocation stacks of the run (stacks.bin).</param>
    /// <param name="function">Identity of the function around a return address; null when unknown.</param>
    /// <param name="module">File name of the module around a return address; null when unknown.</param>
    /// <param name="wrapperCallers">So many functions that call it make a wrapper.</param>
    /// <returns>1 to 16; 0 when the stack is empty.</returns>
    public static int Choose(
        IReadOnlyList<ulong> guilty, IReadOnlyCollection<IReadOnlyList<ulong>> stacks, Func<ulong, string?> function,
        Func<ulong, string?> module, int wrapperCallers = WrapperCallers)
    {
        ArgumentNullException.ThrowIfNull(guilty);
        ArgumentNullException.ThrowIfNull(stacks);
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(module);
        int limit = guilty.Count;
        for (int i = 0; i < limit; i++)
        {
            if (module(guilty[i]) is null)
            {
                limit = i; // code outside of all modules cannot be named in a patch
            }
        }

        limit = Math.Min(limit, PatchEntry.MaximumFrames);
        int depth = Math.Min(1, limit);
        IReadOnlyList<IReadOnlyList<ulong>> same = [.. stacks.Where(stack => stack.Count > 0 && guilty.Count > 0 && stack[0] == guilty[0])];
        while (depth > 0 && depth < limit && (IsLibrary(module(guilty[depth - 1])) || Callers(same, depth, function) >= wrapperCallers))
        {
            ulong next = guilty[depth];
            int at = depth;
            same = [.. same.Where(stack => stack.Count > at && stack[at] == next)];
            depth++;
        }

        return depth;
    }

    private static int Callers(IEnumerable<IReadOnlyList<ulong>> stacks, int depth, Func<ulong, string?> function) =>
        stacks.Where(stack => stack.Count > depth).Select(stack => function(stack[depth]) ?? $"{stack[depth]:x}")
            .Distinct(StringComparer.Ordinal).Count();

    private static bool IsLibrary(string? module) =>
        module is not null && AllocatingLibraries.Any(name => module.StartsWith(name, StringComparison.Ordinal));
}
