using System.Text.RegularExpressions;
using SelfHeal.Patches;
using Xunit;

namespace SelfHeal.Testing.Snapshots;

/// <summary>The snapshot of a patch: symbols, lines and sizes; no offsets and build-ids, which each compiler decides anew.</summary>
public static partial class PatchSnapshot
{
    /// <summary>The scrubbed text of a patch.</summary>
    public static string Text(Patch patch)
    {
        ArgumentNullException.ThrowIfNull(patch);
        string text = PatchFile.Write(patch);
        foreach (PatchModule module in patch.Modules)
        {
            text = text.Replace($"module {module.Name} {module.BuildId}\n", $"module {module.Name} {{build-id}}\n", StringComparison.Ordinal);
        }

        return Number().Replace(text, "{offset}");
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

    [GeneratedRegex("0x[0-9a-f]+")]
    private static partial Regex Number();
}
