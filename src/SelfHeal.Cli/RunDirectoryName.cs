using System.Globalization;
using System.Runtime.InteropServices;

namespace SelfHeal.Cli;

/// <summary>Makes the default run directory: ./selfheal-runs/PROGRAM-TIME-N.</summary>
internal static partial class RunDirectoryName
{
    private const int Exists = 17; // EEXIST

    /// <summary>Creates the directory in one atomic step, so that two recordings never share one.</summary>
    public static string Create(string program)
    {
        string parent = Path.GetFullPath("selfheal-runs");
        Directory.CreateDirectory(parent);
        string name = Path.GetFileName(program.TrimEnd('/'));
        string time = DateTime.UtcNow.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        for (int n = 1; ; n++)
        {
            string path = Path.Combine(parent, $"{name}-{time}-{n}");
            if (MakeDirectory(path, Convert.ToUInt32("777", 8)) == 0)
            {
                return path;
            }

            int error = Marshal.GetLastPInvokeError();
            if (error != Exists)
            {
                throw new SelfHealException(
                    $"the run directory {path} cannot be made: {Marshal.GetPInvokeErrorMessage(error)}; name another one with -o.");
            }
        }
    }

    /// <summary>As a user would type it: relative where that is shorter.</summary>
    public static string Shown(string path)
    {
        string relative = Path.GetRelativePath(Environment.CurrentDirectory, path);
        return relative.StartsWith("..", StringComparison.Ordinal) || relative.Length >= path.Length ? path : relative;
    }

    [LibraryImport("libc", EntryPoint = "mkdir", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakeDirectory(string path, uint mode);
}
