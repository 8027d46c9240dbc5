namespace BuggyServers;

/// <summary>The builds of bc that `make servers` makes, and Debian's own.</summary>
public static class BcBuilds
{
    public const string MoreArrays = "build/servers/bc-more_arrays/bin/bc";
    public const string Genstr = "build/servers/bc-genstr/bin/bc";
    public const string Lookup = "build/servers/bc-lookup/bin/bc";

    /// <summary>Without any of the bugs: it says what the right output is.</summary>
    public const string Fixed = "build/servers/bc-fixed/bin/bc";

    /// <summary>The package of the distribution, as it is installed.</summary>
    public const string Stock = "/usr/bin/bc";

    /// <summary>The command that builds them.</summary>
    public const string Build = "make servers";
}
