using System.Diagnostics;

namespace SelfHeal.Hosts;

/// <summary>A container engine, spoken to by the docker command.</summary>
/// <param name="Address">As in <c>docker --host</c>; null: the one that the command finds by itself.</param>
public sealed record DockerEngine(string? Address = null)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Null if the engine answers, else one sentence with the reason and what to do.</summary>
    public async Task<string?> ProbeAsync(CancellationToken cancellationToken = default)
    {
        string why;
        try
        {
            var (exit, _, error, timedOut) = await ChildProcess.RunAsync(
                Command(["version", "--format", "{{.Server.Version}}"]), Patience, cancellationToken).ConfigureAwait(false);
            if (exit == 0 && !timedOut)
            {
                return null;
            }

            why = timedOut ? $"it did not answer within {Patience.TotalSeconds} s" : LastLine(error);
        }
        catch (RecorderUnavailableException error)
        {
            why = error.Message;
        }

        return $"No container engine answers ({why.TrimEnd('.', '?')}): install one and start it"
            + " (apt-get install docker.io; in a clone of SelfHeal: scripts/install-engine.sh).";
    }

    /// <summary>Runs a docker command to its end and gives what it printed.</summary>
    /// <param name="arguments">Without the address.</param>
    /// <param name="what">What it was to do, as it stands in "cannot WHAT".</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="EngineUnavailableException">There is no engine.</exception>
    /// <exception cref="SelfHealException">It failed.</exception>
    internal async Task<string> RunAsync(IReadOnlyList<string> arguments, string what, CancellationToken cancellationToken)
    {
        try
        {
            var (exit, output, error, _) = await ChildProcess.RunAsync(Command(arguments), null, cancellationToken).ConfigureAwait(false);
            return exit == 0 ? output : throw await FailureAsync(what, error, cancellationToken).ConfigureAwait(false);
        }
        catch (RecorderUnavailableException error)
        {
            throw await FailureAsync(what, error.Message, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The exception for what the command said.</summary>
    internal async Task<SelfHealException> FailureAsync(string what, string error, CancellationToken cancellationToken) =>
        await ProbeAsync(cancellationToken).ConfigureAwait(false) is { } missing
            ? new EngineUnavailableException(missing)
            : new SelfHealException($"The container engine cannot {what}: {LastLine(error)}");

    internal ProcessStartInfo Command(IReadOnlyList<string> arguments) => new(
        "docker", Address is null ? arguments : ["--host", Address, .. arguments]) { UseShellExecute = false };

    private static string LastLine(string text) => text.Trim().Split('\n')
        .LastOrDefault(line => line.Trim().Length > 0 && !line.StartsWith("See '", StringComparison.Ordinal) && !line.StartsWith("Run '", StringComparison.Ordinal))
        ?.Replace("docker: ", "", StringComparison.Ordinal).Replace("Error response from daemon: ", "", StringComparison.Ordinal) ?? "";
}
