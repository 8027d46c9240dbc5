using System.Globalization;
using FluentAssertions;
using SelfHeal.Chaos;
using SelfHeal.Log;
using SelfHeal.Patches;
using SelfHeal.Replay;
using SelfHeal.Reschedule;
using SelfHeal.Schedules;
using Xunit;

namespace SelfHeal.Tests.Reschedule;

/// <summary>Each program of tests/Races: found, replayed, healed, explained; its fixed twin never fails. With
/// SELFHEAL_RACES=full each run is replayed 100 times, and each patch passes 1,000 runs.</summary>
public sealed class RaceTests : IDisposable
{
    private const int SearchRuns = 200;
    private const ulong OtherSeeds = 5_000_001;
    private static readonly bool Full = Environment.GetEnvironmentVariable("SELFHEAL_RACES") == "full";
    private static readonly int Replays = Full ? 100 : 10;
    private static readonly int PatchedRuns = Full ? 1000 : 60;
    private static readonly int FixedRuns = Full ? 1000 : 20;

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    public static TheoryData<string> Names => [.. RaceProgram.All.Select(program => program.Name)];

    [Theory(Timeout = 1_800_000)]
    [MemberData(nameof(Names))]
    public async Task Found_round_trip_healed_and_explained(string name)
    {
        RaceProgram program = RaceProgram.All.Single(one => one.Name == name);
        CancellationToken token = TestContext.Current.CancellationToken;
        ChaosFailure failure = await FoundAsync(program, token);
        Sign(failure.Run).Should().Be(program.Fails);

        await ReplaysAsync(failure.Run, token);

        RescheduleResult result = await new Rescheduler().SearchAsync(
            failure.Run, new RescheduleOptions { WorkDirectory = _directory.At("heal") }, token);
        result.IsHealed.Should().BeTrue(result.Obstacle);
        result.Trials.Should().HaveCountLessThanOrEqualTo(3);
        result.Explanation.Should().NotBeNull();
        result.Explanation!.ToString().Split('\n').Should().HaveCountLessThanOrEqualTo(15);
        PatchFile.Save(result.Patch!, _directory.At("patch.ep"));
        foreach (Policy policy in RaceProgram.Policies)
        {
            ChaosResult patched = await RaceProgram.ChaosAsync(
                program.Failing, policy, PatchedRuns / RaceProgram.Policies.Count, OtherSeeds, _directory, token, _directory.At("patch.ep"));
            patched.Failures.Should().BeEmpty($"{policy} with {string.Join("; ", result.Patch!.Entries)}");
        }
    }

    [Theory(Timeout = 1_800_000)]
    [MemberData(nameof(Names))]
    public async Task The_fixed_twin_never_fails(string name)
    {
        RaceProgram program = RaceProgram.All.Single(one => one.Name == name);
        foreach (Policy policy in RaceProgram.Policies.Append(Policy.Uniprocessor))
        {
            ChaosResult result = await RaceProgram.ChaosAsync(
                program.Fixed, policy, FixedRuns, 1, _directory, TestContext.Current.CancellationToken);

            result.Failures.Should().BeEmpty(policy.ToString());
            result.Runs.Should().Be(FixedRuns);
        }
    }

    private async Task<ChaosFailure> FoundAsync(RaceProgram program, CancellationToken token)
    {
        foreach (Policy policy in RaceProgram.Policies)
        {
            ChaosResult result = await RaceProgram.ChaosAsync(program.Failing, policy, SearchRuns, 1, _directory, token);
            if (result.Failures.Count > 0)
            {
                return result.Failures[0];
            }
        }

        throw new InvalidOperationException($"{program} did not fail under any policy");
    }

    /// <summary>A run that a signal or a deadlock ended is replayed to the same failure; all others are exact.</summary>
    private async Task ReplaysAsync(RunDirectory run, CancellationToken token)
    {
        for (int i = 0; i < Replays; i++)
        {
            string directory = _directory.At($"replay-{i}");
            ReplayResult replay = await new Replayer().ReplayAsync(run, new ReplayOptions { RunDirectory = directory }, token);

            replay.Outcome.Should().Be(ReplayOutcome.Exact, replay.Sentence);
            replay.Run.Control.Events.Should().Be(run.ReadControl().Events);
            Sign(replay.Run.Directory).Should().Be(Sign(run));
        }
    }

    private static string Sign(RunDirectory run)
    {
        ControlSnapshot control = run.ReadControl();
        return control.Failure is { Kind: FailureRecordKind.Deadlock } ? "deadlock"
            : control.Failure is { } failure ? string.Create(CultureInfo.InvariantCulture, $"signal {failure.Signal}")
            : string.Create(CultureInfo.InvariantCulture, $"exit {control.ExitCode}");
    }
}
