using System.Reflection;

namespace SelfHeal.Testing.Snapshots;

/// <summary>Finds the directory of a test's source file, also where a deterministic build calls it /_/...</summary>
internal static class SnapshotFolder
{
    /// <summary>Key of the assembly metadata that our build files add, as Verify's do.</summary>
    public const string MetadataKey = "SelfHeal.ProjectDirectory";

    /// <param name="sourceFile">As the compiler gave it.</param>
    /// <param name="projectDirectory">Null: unknown.</param>
    /// <exception cref="SelfHealException">It is nowhere.</exception>
    public static string Find(string sourceFile, string? projectDirectory)
    {
        if (File.Exists(sourceFile))
        {
            return Path.GetDirectoryName(Path.GetFullPath(sourceFile))!;
        }

        string[] parts = sourceFile.Split('/', StringSplitOptions.RemoveEmptyEntries);
        for (int i = 0; i < parts.Length && projectDirectory is not null; i++)
        {
            string candidate = Path.Combine([projectDirectory, .. parts[i..]]);
            if (File.Exists(candidate))
            {
                return Path.GetDirectoryName(candidate)!;
            }
        }

        throw new SelfHealException(projectDirectory is null
            ? $"The folder of {sourceFile} is unknown: add <AssemblyMetadata Include=\"{MetadataKey}\" Value=\"$(MSBuildProjectDirectory)\" /> to the test project."
            : $"{sourceFile} is not below {projectDirectory}: snapshots lie beside the test's source file.");
    }

    /// <summary>The project directory of a test assembly; null if its build did not say.</summary>
    public static string? ProjectDirectory(Assembly? assembly) =>
        assembly?.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(item => item.Key == MetadataKey)?.Value;
}
