using SelfHeal.Hosts;

namespace SelfHeal.Testing.Sessions;

/// <summary>The file in a session's directory that says which process works in it. A directory without one is kept for
/// the user.</summary>
internal static class SessionOwner
{
    private const string Name = "owner";

    /// <summary>This process works in the directory.</summary>
    public static void Take(string directory) => File.WriteAllText(Path.Combine(directory, Name), OwnerMark.Own);

    /// <summary>Nobody works in it any more, and it stays.</summary>
    public static void Leave(string directory) => File.Delete(Path.Combine(directory, Name));

    /// <summary>A process worked in it that is gone, and had no time to clean up.</summary>
    public static bool IsGone(string directory) => Read(directory) is { } owner && !OwnerMark.MayLive(owner);

    /// <summary>This process works in it.</summary>
    public static bool IsOurs(string directory) => Read(directory) == OwnerMark.Own;

    private static string? Read(string directory)
    {
        string file = Path.Combine(directory, Name);
        return File.Exists(file) ? File.ReadAllText(file) : null;
    }
}
