using SelfHeal.Hosts;
using SelfHeal.Log;

namespace SelfHeal.Diagnosis;

/// <summary>The paper's tool as a second opinion: the program under valgrind memcheck with the recorded input.</summary>
public sealed class ValgrindDiagnosis
{
    public ValgrindDiagnosis(Host? host = null) => Host = host ?? new LocalHost();

    public Host Host { get; }

    /// <summary>valgrind's arguments for a program.</summary>
    /// <param name="report">The file that it writes.</param>
    /// <param name="program">A path.</param>
    /// <param name="arguments">Without argv[0].</param>
    public static IReadOnlyList<string> Arguments(string report, string program, IReadOnlyList<string> arguments) =>
    [
        "-q", "--xml=yes", $"--xml-file={report}", "--redzone-size=512", "--num-callers=30", "--leak-check=no",
        "--child-silent-after-fork=yes", program, .. arguments,
    ];

    /// <summary>Runs valgrind. Failure of the program under valgrind is no oracle and is not reported.</summary>
    /// <param name="run">The run whose program, input and state are used.</param>
    /// <param name="directory">Directory of the valgrind run; null makes a temporary one.</param>
    /// <param name="sandbox">Where it runs.</param>
    /// <param name="timeout">Null takes forty times the recorded duration plus 60 seconds.</param>
    /// <param name="cancellationToken">Kills it.</param>
    /// <exception cref="SelfHealException">valgrind is not installed or wrote no report.</exception>
    public async Task<ValgrindResult> RunAsync(
        RunDirectory run, string? directory = null, SandboxUse sandbox = SandboxUse.WhenAvailable,
        TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(run);
        if (!await Host.HasProgramAsync("valgrind", cancellationToken).ConfigureAwait(false))
        {
            throw new SelfHealException(run.Info.Image is { } image
                ? $"valgrind is not in the image {image.Name}: add it there." : "valgrind is not installed: apt-get install valgrind.");
        }

        RunInfo info = run.Info;
        directory ??= Path.Combine(Path.GetTempPath(), "selfheal-valgrind-" + Guid.NewGuid().ToString("N"));
        RunResult result = await Host.RunAsync(
            new RunRequest
            {
                Program = "valgrind",
                Arguments = Arguments(Path.Combine(Path.GetFullPath(directory), "valgrind.xml"), info.ProgramPath, info.Arguments),
                Environment = info.Environment,
                WorkingDirectory = info.WorkingDirectory,
                RunDirectory = directory,
                Input = RunInput.FromBytes(run.WholeInput()),
                StateDirectories = info.StateDirectories,
                Mode = RunMode.Plain,
                Timeout = timeout ?? TimeSpan.FromSeconds(60 + (40 * (info.Outcome?.Seconds ?? 60))),
                Sandbox = sandbox,
                Source = run,
            },
            cancellationToken).ConfigureAwait(false);
        string report = result.Directory.At("valgrind.xml");
        return File.Exists(report)
            ? new ValgrindResult(ValgrindReport.Parse(File.ReadAllText(report)), result.Duration)
            : throw new SelfHealException($"valgrind wrote no report: {result.StandardError.Trim()}");
    }
}
