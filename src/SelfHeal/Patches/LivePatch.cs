using SelfHeal.Log;

namespace SelfHeal.Patches;

/// <summary>Replaces the patch of a program that is running under the recorder.</summary>
public static class LivePatch
{
    /// <summary>Puts <paramref name="patch"/> in force: the program reads it at its next event. A patch that the
    /// recorder refuses (another build) leaves the old one in force; the control page says so.</summary>
    /// <returns>The patch generation that the recorder will report as seen.</returns>
    /// <exception cref="SelfHealException">The run is not running, or the patch cannot be written.</exception>
    public static int Replace(RunDirectory run, Patch patch)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(patch);
        ControlSnapshot control = run.ReadControl();
        bool runs = run.Info.Image is null ? Directory.Exists($"/proc/{control.ProcessId}") : run.Info.Outcome is null; // a container has numbers of its own
        if (control.Status != RunStatus.Running || !runs)
        {
            throw new SelfHealException($"{run.Path} is not running: a patch for later runs is given with selfheal run --patch.");
        }

        return Put(run, patch);
    }

    /// <summary>The same, without a look whether it runs.</summary>
    internal static int Put(RunDirectory run, Patch patch)
    {
        string path = run.At("patch.ep");
        PatchFile.Save(patch, path + ".new");
        try
        {
            File.Move(path + ".new", path, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SelfHealException($"{path} cannot be written: {error.Message}", error);
        }

        using ControlPage page = ControlPage.Open(run.ControlPath);
        return page.BumpPatchGeneration();
    }
}
