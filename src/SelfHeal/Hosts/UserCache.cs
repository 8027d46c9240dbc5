namespace SelfHeal.Hosts;

/// <summary>Where what can be made again is kept between runs (XDG Base Directory Specification).</summary>
internal static class UserCache
{
    /// <summary>The user's own directory of ours; it may not exist yet.</summary>
    public static string Directory => Path.Combine(
        Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } chosen ? chosen
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"),
        "selfheal");
}
