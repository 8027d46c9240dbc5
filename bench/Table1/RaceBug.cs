using BuggyServers.Containers;
using BuggyServers.MySql;
using SelfHeal.Chaos;
using SelfHeal.Patches;
using SelfHeal.Reports.Html;
using SelfHeal.Reports.Tables;
using SelfHeal.Reschedule;
using SelfHeal.Schedules;

namespace SelfHeal.PaperTable;

/// <summary>A race in MariaDB. The failing run is one under chaos, with the clients that race; the overheads are those of
/// the workload that all MariaDB rows have.</summary>
internal sealed class RaceBug(string name, PaperRow paper) : Bug(name, "selfheal/mysql:" + name, paper)
{
    private const int ValidationRounds = 1000;

    public override bool IsDiagnosed => false;

    public override bool AsksValgrind => false;

    public override Task<ISession> PrepareAsync(Place place, Variant variant, string directory) =>
        Task.FromResult<ISession>(new MySqlSession(place, variant, directory, Name));

    public override async Task<Healing> HealAsync(Place place, int parts, Action<string> say)
    {
        string directory = Fresh(place, "race");
        ChaosOptions options = MySqlRaces.Chaos(
            Name, place.Image is null ? MySqlBuilds.Here.Server(Name) : ServerImage.MySqlServer, directory);
        ServerImage.Open(options.Fresh!);
        using var chaos = new ChaosRunner(options, place.Host);
        ChaosResult found = await chaos.RunAsync(Policy.Parse(MySqlRaces.Policy)).ConfigureAwait(false);
        if (found.Failures.Count == 0)
        {
            throw new Table1Exception($"no failure in {found.Runs} runs of {MySqlRaces.Policy}");
        }

        ChaosFailure failure = found.Failures[0];
        double seconds = failure.Run.Info.Outcome?.Seconds ?? throw new Table1Exception($"{failure.Run.Path} does not say how long it took");
        say($"failing run: {seconds:0.0} s, {failure.Sentence}");
        ProbeResult healed = await new ProbeHealer(place.Host).HealAsync(
            failure, new ProbeOptions { Chaos = options, WorkDirectory = Path.Combine(directory, "w"), ValidationRounds = ValidationRounds }).ConfigureAwait(false);
        if (healed.Patch is not { } patch)
        {
            throw new Table1Exception($"not healed: {healed.Obstacle}");
        }

        string path = Path.Combine(directory, "patch.ep");
        PatchFile.Save(patch, path);
        return new Healing(
            failure.Run, seconds, path, healed.Trials.Count, Change(patch), failure.Run.ReadControl().Places, healed.Elapsed.TotalSeconds,
            ReportSession.Of(failure.Run, healed) with { Name = Name });
    }
}
