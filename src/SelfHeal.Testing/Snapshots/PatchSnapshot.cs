using System.Text.RegularExpressions;
using SelfHeal.Patches;
using Xunit;

namespace SelfHeal.Testing.Snapshots;

/// <summary>The snapshot of a patch: symbols, lines and sizes; no offsets and build-ids, which each compiler decides anew, no
/// figures about the search, and of a library only its name: its symbols are there on some machines only.</summary>
public static partial class PatchSnapshot
{
    /// <summary>The scrubbed text of a patch.</summary>
    public static string Text(Patch patch)
    {
        ArgumentNullException.ThrowIfNull(patch);
        string text = PatchFile.Write(new Patch(patch.Modules, [.. patch.Entries.Select(Stable)]));
        foreach (PatchModule module in patch.Modules)
        {
            text = text.Replace($"module {module.Name} {module.BuildId}\n", $"module {module.Name} {{build-id}}\n", StringComparison.Ordinal);
        }

        return Number().Replace(text, "{offset}");
    }

    /// <summary>The same entry with comments that do not depend on the machine.</summary>
    private static PatchEntry Stable(PatchEntry entry) => entry with
    {
        Comments = [.. entry.Comments.Select((comment, i) => i == 0 ? WithoutLibrary(comment, entry.Frames) : entry is PadEntry ? comment : Figures().Replace(comment, "{n}"))],
    };

    /// <summary>The innermost frames of a call stack that are in a library, as one.</summary>
    private static string WithoutLibrary(string stack, IReadOnlyList<PatchFrame> frames)
    {
        int library = frames.TakeWhile(frame => frame.Module.Contains(".so", StringComparison.Ordinal)).Count();
        if (library == 0 || library == frames.Count)
        {
            return stack;
        }

        // one part for each frame; with debug information there are inlined functions, too, which the C library names __so
        string[] parts = stack.Split(" < ");
        int named = parts.TakeWhile(part => part.StartsWith("__", StringComparison.Ordinal)).Count();
        int inner = named > 0 ? named : parts.Length == frames.Count ? library : 0;
        return inner == 0 ? stack : string.Join(" < ", [frames[0].Module, .. parts[inner..]]);
    }

    /// <summary>Compares with the snapshot of the running test.</summary>
    internal static Task VerifyAsync(Patch patch, string sourceFile, CancellationToken cancellationToken)
    {
        ITestContext context = TestContext.Current;
        Type type = (context.TestMethod as Xunit.v3.IXunitTestMethod)?.TestClass.Class
            ?? throw new SelfHealException("A snapshot is verified inside of a test only.");
        string directory = SnapshotFolder.Find(sourceFile, SnapshotFolder.ProjectDirectory(type.Assembly));
        return Snapshot.VerifyAsync(
            directory, $"{type.Name}.{context.TestMethod!.MethodName}", Text(patch), "ep", cancellationToken);
    }

    [GeneratedRegex(@"(?<=[(, ])[0-9.]+(?=( of [0-9]+ failing| replays| probes| s\)))|(?<= of )[0-9]+(?= (benign|failing))")]
    private static partial Regex Figures();

    [GeneratedRegex("0x[0-9a-f]+")]
    private static partial Regex Number();
}
