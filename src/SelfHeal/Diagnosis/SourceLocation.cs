namespace SelfHeal.Diagnosis;

/// <summary>A function and, where debug information has it, a line.</summary>
/// <param name="Function">Name of the function, or null.</param>
/// <param name="File">Source file as the debug information names it, or null.</param>
/// <param name="Line">From 1; 0 when unknown.</param>
public sealed record SourceLocation(string? Function, string? File, int Line)
{
    /// <summary>"more_arrays storage.c:185", "more_arrays", or "?".</summary>
    public override string ToString()
    {
        string function = Function ?? "?";
        return File is null || Line == 0 ? function : $"{function} {Path.GetFileName(File)}:{Line}";
    }
}
