namespace SelfHeal.Bench.Servers;

/// <summary>Several variants of a server, all of them running; they serve in turn, a slice of work each, so that drift
/// of the machine hits all of them alike.</summary>
internal sealed class ServerSlices
{
    private ServerSlices(int variants)
    {
        Processor = [.. Enumerable.Range(0, variants).Select(_ => new List<double>())];
        Wall = [.. Enumerable.Range(0, variants).Select(_ => new List<double>())];
    }

    /// <summary>Per variant and round the server's processor time in seconds.</summary>
    public IReadOnlyList<List<double>> Processor { get; }

    /// <summary>Per variant and round the time until the last answer, in seconds.</summary>
    public IReadOnlyList<List<double>> Wall { get; }

    /// <param name="program">The server.</param>
    /// <param name="variants">For each its directory and its command line.</param>
    /// <param name="rounds">Slices of each.</param>
    /// <param name="processors">For taskset; null: all.</param>
    public static ServerSlices Measure(
        ServerProgram program, IReadOnlyList<(string Directory, string[] Command)> variants, int rounds, string? processors)
    {
        var slices = new ServerSlices(variants.Count);
        List<Server> servers = [];
        try
        {
            servers.AddRange(variants.Select(variant => new Server(program, variant.Directory, variant.Command, processors)));
            for (int round = 0; round <= rounds; round++) // the first one warms up
            {
                for (int i = 0; i < servers.Count; i++)
                {
                    int which = round % 2 == 0 ? i : servers.Count - 1 - i;
                    var (processor, wall) = servers[which].Serve(program.Amount);
                    if (round > 0)
                    {
                        slices.Processor[which].Add(processor);
                        slices.Wall[which].Add(wall);
                    }
                }
            }

            servers.ForEach(server => server.Stop());
            return slices;
        }
        finally
        {
            servers.ForEach(server => server.Dispose());
        }
    }

    public IReadOnlyList<double> Ratios(int a, int b) => [.. Processor[a].Zip(Processor[b], (x, y) => y / x)];

    public IReadOnlyList<double> WallRatios(int a, int b) => [.. Wall[a].Zip(Wall[b], (x, y) => y / x)];

    public string Fastest(int a, int b) => $"fastest to fastest {Processor[b].Min() / Processor[a].Min():0.000}";
}
