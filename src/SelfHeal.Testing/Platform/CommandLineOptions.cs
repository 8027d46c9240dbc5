using Microsoft.Testing.Platform.CommandLine;
using Microsoft.Testing.Platform.Extensions;
using Microsoft.Testing.Platform.Extensions.CommandLine;

namespace SelfHeal.Testing.Platform;

/// <summary>The options that SelfHeal adds to a test program.</summary>
internal sealed class CommandLineOptions : ICommandLineOptionsProvider
{
    public const string Report = "selfheal-report";
    public const string KeepRuns = "selfheal-keep-runs";
    public const string RequireEngine = "selfheal-require-engine";

    public string Uid => "SelfHeal.Testing.CommandLineOptions";

    public string Version => ExtensionVersion.Text;

    public string DisplayName => "SelfHeal";

    public string Description => "Runs of native programs: report and run directories.";

    public Task<bool> IsEnabledAsync() => Task.FromResult(true);

    public IReadOnlyCollection<CommandLineOption> GetCommandLineOptions() =>
    [
        new(Report, "Write a report of all sessions, FILE.json, FILE.md and FILE.html. A plain name goes to the results directory; "
            + "the default is selfheal-report.", ArgumentArity.ZeroOrOne, isHidden: false),
        new(KeepRuns, "Keep the run directories of tests that pass, too.", ArgumentArity.Zero, isHidden: false),
        new(RequireEngine, "Fail tests of container images where there is no container engine; else they are skipped.",
            ArgumentArity.Zero, isHidden: false),
    ];

    public Task<ValidationResult> ValidateOptionArgumentsAsync(CommandLineOption commandOption, string[] arguments) =>
        commandOption.Name == Report && arguments is [var file] && (file.Length == 0 || Directory.Exists(file))
            ? ValidationResult.InvalidTask($"--{Report} needs the name of a file, and \"{file}\" is a directory.")
            : ValidationResult.ValidTask;

    public Task<ValidationResult> ValidateCommandLineOptionsAsync(ICommandLineOptions commandLineOptions) =>
        ValidationResult.ValidTask;
}
