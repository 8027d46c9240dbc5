using SelfHeal.Diagnosis;

namespace SelfHeal.Log;

/// <summary>The image of the container that a run is in. All paths of the run are those inside.</summary>
/// <param name="Name">As it was named.</param>
/// <param name="Id">What it was then.</param>
/// <param name="User">Of the container, if not the image's own; else empty.</param>
/// <param name="Root">A directory of this machine with copies of the image's programs and libraries, under their paths.</param>
public sealed record RunImage(string Name, string Id, string User, string Root)
{
    /// <summary>The module with the file that holds its symbols: the copy; or that of this machine if it is the same build,
    /// as the recorder's own is.</summary>
    internal ModuleInfo Locate(ModuleInfo module)
    {
        string copy = Root + module.Path;
        bool isOurs = !File.Exists(copy) && ElfImage.TryRead(module.Path)?.BuildId == module.BuildId;
        return module with { File = isOurs ? module.Path : copy };
    }
}
