using System.CommandLine;
using SelfHeal.Log;

namespace SelfHeal.Cli.Commands;

/// <summary>The argument RUN and the option --json, as several commands have them.</summary>
internal static class RunArgument
{
    public static Argument<string> Run { get; } = new("RUN") { Description = "a run directory" };

    public static Option<bool> Json { get; } = new("--json") { Description = "print one JSON document" };

    public static RunDirectory Open(ParseResult parsed) => RunDirectory.Open(Path.GetFullPath(parsed.GetRequiredValue(Run)));
}
