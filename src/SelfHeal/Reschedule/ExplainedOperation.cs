using SelfHeal.Diagnosis;

namespace SelfHeal.Reschedule;

/// <summary>One of the two operations whose order decides.</summary>
/// <param name="Thread">Number of the thread, from 0.</param>
/// <param name="Place">The thread's own count of places.</param>
/// <param name="Operation">Name of the pthread function or system call at the place.</param>
/// <param name="Text">What the thread does, in words; it goes behind "thread N".</param>
/// <param name="Address">Address of the lock, or descriptor; 0: none.</param>
/// <param name="Stack">Call stack, innermost first.</param>
public sealed record ExplainedOperation(
    int Thread, long Place, string Operation, string Text, ulong Address, IReadOnlyList<StackFrame> Stack)
{
    private const int Shown = 4;

    /// <summary>"take_out bank.c:19 &lt; machine bank.c:30": the frames that matter.</summary>
    public string Where => Short(Stack);

    /// <summary>The program's own functions; of those that are inlined into one another the innermost one outside of the
    /// standard library.</summary>
    internal static string Short(IReadOnlyList<StackFrame> stack, int shown = Shown)
    {
        List<string> names = [.. stack.Where((frame, i) => i == 0 || !IsLibrary(frame)).Select(frame =>
            frame.Locations.Count == 0 ? frame.ToString() : frame.Locations.FirstOrDefault(place => !IsHeader(place))?.ToString() ?? "")
            .Where(name => name.Length > 0).Take(shown)];
        return names.Count > 0 ? string.Join(" < ", names) : stack.Count > 0 ? stack[0].ToString() : "?";
    }

    private static bool IsHeader(SourceLocation place) => place.File?.Contains("/c++/", StringComparison.Ordinal) == true;

    private static bool IsLibrary(StackFrame frame) => frame.Module is null || frame.Function is "_start"
        || LibraryModules.Any(name => frame.Module.StartsWith(name, StringComparison.Ordinal));

    private static readonly string[] LibraryModules = ["libc.so", "libselfheal.so", "ld-linux", "libstdc++.so"];
}
