using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace SelfHeal.Cli.Commands;

/// <summary>An option whose value is a number of seconds above 0.</summary>
internal static class SecondsOption
{
    private const double Most = 1e6;

    /// <param name="name">With its hyphens.</param>
    /// <param name="description">For the help text.</param>
    /// <param name="byDefault">Null: 0 where it is not given.</param>
    public static Option<double> Create(string name, string description, Func<ArgumentResult, double>? byDefault = null)
    {
        var option = new Option<double>(name) { Description = description, HelpName = "SECONDS", DefaultValueFactory = byDefault };
        option.Validators.Add(result =>
        {
            // what is no number at all is told by the parser
            if (result.Tokens is [var token] && double.TryParse(token.Value, CultureInfo.InvariantCulture, out double seconds)
                && seconds is not (> 0 and <= Most))
            {
                result.AddError($"{name} must be a number of seconds above 0");
            }
        });
        return option;
    }
}
