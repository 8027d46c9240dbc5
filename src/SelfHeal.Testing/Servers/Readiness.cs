using System.Diagnostics;

namespace SelfHeal.Testing.Servers;

/// <summary>How it is known that a server may be connected to.</summary>
/// <param name="Text">It has printed this, on standard output or standard error; null: nothing is waited for.</param>
/// <param name="Port">It listens on its port.</param>
/// <param name="Socket">It listens on its Unix socket.</param>
/// <param name="Limit">For all of it.</param>
internal sealed record Readiness(string? Text, bool Port, bool Socket, TimeSpan Limit)
{
    // files and the kernel's tables of sockets tell nobody that they changed
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(5);

    /// <summary>Null when it is ready, else one sentence with its last output: it ended, or took too long.</summary>
    public async Task<string?> WaitAsync(ServerEndpoint server, Func<bool> ended, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        while (Missing(server) is { } missing)
        {
            bool over = ended();
            if (over && Missing(server) is not null)
            {
                return $"{server.Name} ended before {missing}. {server.LastOutput()}";
            }

            if (Stopwatch.GetElapsedTime(start) >= Limit)
            {
                return $"{server.Name} was not ready within {Limit.TotalSeconds:0.#} s, for it did not come to where {missing}. {server.LastOutput()}";
            }

            await Task.Delay(LookEvery, cancellationToken);
        }

        return null;
    }

    private string? Missing(ServerEndpoint server) =>
        Text is not null && !server.Output.Contains(Text, StringComparison.Ordinal) ? $"it printed \"{Text}\""
        : Port && !ListeningSockets.HasPort(server.Port) ? $"it listened on port {server.Port}"
        : Socket && !ListeningSockets.HasSocket(server.Socket) ? $"it listened on {server.Socket}" : null;
}
