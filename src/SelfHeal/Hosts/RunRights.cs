using System.Runtime.InteropServices;
using SelfHeal.Log;

namespace SelfHeal.Hosts;

/// <summary>Lets another user, a container's, write into a run directory.</summary>
internal static partial class RunRights
{
    private const UnixFileMode Enter = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
    private const UnixFileMode ReadWrite = UnixFileMode.UserRead | UnixFileMode.UserWrite
        | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    /// <summary>The effective user of this process.</summary>
    public static int OwnUser => geteuid();

    /// <param name="run">All of its own directories and files; not the copies of the state, whose rights are the program's.</param>
    /// <param name="parent">Can be entered then.</param>
    public static void Open(RunDirectory run, string parent)
    {
        File.SetUnixFileMode(parent, File.GetUnixFileMode(parent) | Enter);
        foreach (string directory in (string[])[run.Path, run.At("events")])
        {
            File.SetUnixFileMode(directory, ReadWrite | Enter);
            foreach (string file in Directory.EnumerateFiles(directory))
            {
                File.SetUnixFileMode(file, ReadWrite);
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial int geteuid();
}
