using System.Globalization;
using BuggyServers;
using BuggyServers.MySql;
using SelfHeal.Hosts;

namespace SelfHeal.PaperTable;

/// <summary>bc, fed by a pipe.</summary>
/// <param name="place">Where it runs.</param>
/// <param name="variant">How.</param>
/// <param name="directory">The session's own.</param>
/// <param name="build">more_arrays or genstr.</param>
/// <param name="guilty">The input that makes it fail.</param>
internal sealed class BcSession(Place place, Variant variant, string directory, string build, string guilty) : ISession
{
    private const int Effort = 50; // about 0.2 s
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);
    private static readonly string Work = BcInputs.Workload(Effort);
    private RunSession? _bc;
    private int _parts;

    private RunSession Bc => _bc ?? throw new Table1Exception("bc was not started");

    public async Task StartAsync() => _bc = await place.Host.StartAsync(variant.Apply(new RunRequest
    {
        Program = place.Image is null ? Existing(Path.Combine(MySqlBuilds.Here.Root, $"build/servers/bc-{build}/bin/bc")) : "/opt/bc/bin/bc",
        Arguments = ["-q"],
        RunDirectory = Path.Combine(directory, "run"),
    })).ConfigureAwait(false);

    public async Task WorkAsync(int parts)
    {
        for (int i = 0; i < parts; i++)
        {
            await WorkAsync().ConfigureAwait(false);
        }
    }

    public Task<RunResult> EndAsync() => Bc.FinishAsync();

    public async Task<RunResult> ProvokeAsync()
    {
        await Bc.WriteLineAsync(guilty.TrimEnd('\n')).ConfigureAwait(false);
        return await Bc.FinishAsync().ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => _bc?.DisposeAsync() ?? default;

    private async Task WorkAsync()
    {
        string end = string.Create(CultureInfo.InvariantCulture, $"{770_000_000 + ++_parts}\n"); // it prints nothing as large
        await Bc.WriteLineAsync(Work + end.TrimEnd('\n')).ConfigureAwait(false);
        if (!await Bc.WaitForOutputAsync(output => output.EndsWith(end, StringComparison.Ordinal), Limit).ConfigureAwait(false))
        {
            throw new Table1Exception($"bc does not answer: {Bc.Directory.ReadText("stderr")}");
        }
    }

    private static string Existing(string path) => File.Exists(path) ? path : throw new Table1Exception($"{path} does not exist: make servers");
}
