using FluentAssertions;
using SelfHeal.Diagnosis;
using SelfHeal.Hosts;
using SelfHeal.Log;
using SelfHeal.Patches;
using SelfHeal.Reports;
using SelfHeal.Search;
using Xunit;

namespace SelfHeal.Tests.Search;

public sealed class HealerTests : IDisposable
{
    private const int Limit = 120_000;

    /// <summary>One wrapper for four allocating functions; "fill N" writes N bytes into a block of 64 in front of a
    /// block that is checked and freed.</summary>
    private const string Program = """
        #include <stdio.h>
        #include <stdlib.h>
        #include <string.h>
        __attribute__((noinline)) void *get(size_t n) { void *p = malloc(n); if (!p) abort(); return memset(p, 0, n); }
        __attribute__((noinline)) char *one(void) { char *p = get(24); p[0] = 1; return p; }
        __attribute__((noinline)) char *two(void) { char *p = get(25); p[0] = 2; return p; }
        __attribute__((noinline)) char *three(void) { char *p = get(26); p[0] = 3; return p; }
        __attribute__((noinline)) char *table(void) { char *p = get(64); p[0] = 4; return p; }
        int main(void) {
            char line[100];
            while (fgets(line, sizeof line, stdin)) {
                int n = 0;
                if (sscanf(line, "fill %d", &n) == 1) {
                    char *a = table(), *b = table();
                    for (int i = 0; i < n; i++) a[i] = 'x';
                    puts(b[0] == 4 ? "good" : "bad");
                    fflush(stdout);
                    free(b); free(a);
                } else if (!strncmp(line, "null", 4)) {
                    return *(volatile int *)8;
                } else {
                    char *p = one(), *q = two(), *r = three();
                    printf("%d\n", p[0] + q[0] + r[0]);
                    free(p); free(q); free(r);
                }
            }
            return 0;
        }
        """;

    private readonly TemporaryDirectory _directory = new();
    private readonly LocalHost _host = new();

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = Limit)]
    public async Task A_crash_by_an_overflow_is_healed_in_one_trial()
    {
        HealResult result = await HealAsync("a\nfill 200\nb\n");

        result.Verdict.Should().Be(HealVerdict.Healed, result.Sentence);
        result.Failure.Kind.Should().Be(FailureKind.Signal);
        result.Trials.Should().ContainSingle();
        result.PatchedOutput.Should().Be("6\ngood\n6\n");
        OverflowFinding finding = result.Findings[0];
        (finding.Size, finding.Extent).Should().Be((64, 136));
        finding.AllocationStack.Take(2).Select(frame => frame.Function).Should().Equal("get", "table");
        finding.AccessFrame!.ToString().Should().StartWith("main prog.c:");
        result.Sentence.Should().Contain("replay with: selfheal replay");
        HealReport.ToJson(result).Should().Contain("\"verdict\": \"healed\"");
        HealReport.ToMarkdown(result).Should().Contain("Pad Allocation 256");
    }

    [Fact(Timeout = Limit)]
    public async Task The_key_goes_past_the_wrapper_and_no_deeper()
    {
        HealResult result = await HealAsync("a\nfill 200\nb\n");
        PadEntry entry = result.Patch!.Pads.Should().ContainSingle().Subject;

        entry.Frames.Should().HaveCount(2);
        entry.Bytes.Should().Be(256);
        entry.Comments[0].Should().Contain("get prog.c").And.Contain("table prog.c");
        result.PatchedRun!.Control.Hits.Should().Equal(2);
        PatchFile.Read(result.PatchPath!).Should().Be(result.Patch);
        PatchCheck.Check(result.Patch, _directory.At("prog")).Matches.Should().BeTrue();
    }

    [Fact(Timeout = Limit)]
    public async Task The_patch_prevents_other_inputs_too()
    {
        HealResult result = await HealAsync("a\nfill 200\nb\n");
        RunResult run = await RunAsync("fill 150\nfill 300\nc\n", _directory.At("prevented"), result.PatchPath);

        run.Exit.IsSuccess.Should().BeTrue();
        run.StandardOutput.Should().Be("good\ngood\n6\n");
    }

    [Fact(Timeout = Limit)]
    public async Task A_silent_overflow_is_found_and_healed()
    {
        HealResult result = await HealAsync("a\nfill 70\nb\n");

        result.Failure.IsFailure.Should().BeFalse();
        result.Verdict.Should().Be(HealVerdict.Healed, result.Sentence);
        result.Findings[0].Extent.Should().Be(6);
        result.Remaining.Should().BeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task A_write_into_the_alignment_slack_is_located()
    {
        Compiler.Build(_directory, "prog", """
            #include <stdio.h>
            #include <stdlib.h>
            #include <string.h>
            int main(void) {
                char line[100];
                while (fgets(line, sizeof line, stdin)) {
                    size_t n = strcspn(line, "\n");
                    char *copy = malloc(n);
                    for (size_t i = 0; i < n; i++) copy[i] = line[i];
                    copy[n] = 0;
                    puts(copy);
                    free(copy);
                }
                return 0;
            }
            """, "-O1", "-g");
        HealResult result = await HealAsync("12345678901234567890\n");

        result.Verdict.Should().Be(HealVerdict.Healed, result.Sentence);
        result.Findings.Should().Contain(finding => finding.IsWrite && finding.Size == 20 && finding.Extent == 1);
        result.Findings.First(finding => finding.IsWrite).AccessFrame!.ToString().Should().StartWith("main prog.c:10");
    }

    [Fact(Timeout = Limit)]
    public async Task Output_that_a_silent_overflow_has_damaged_does_not_withdraw_the_patch()
    {
        Compiler.Build(_directory, "prog", """
            #include <stdio.h>
            #include <stdlib.h>
            #include <string.h>
            int main(void) {
                char line[100], *all[8];
                int count = 0;
                while (count < 8 && fgets(line, sizeof line, stdin)) {
                    size_t n = strcspn(line, "\n");
                    all[count] = malloc(n);
                    memcpy(all[count], line, n);
                    all[count++][n] = 0;
                }
                for (int i = 0; i < count; i++) puts(all[i]);
                return 0;
            }
            """, "-O1", "-g");
        HealResult result = await HealAsync("123456789012345678901234\nabcdefghijklmnopqrstuvwx\n");

        RunDirectory.Open(_directory.At("run")).ReadText("stdout").Should().NotBe("123456789012345678901234\nabcdefghijklmnopqrstuvwx\n");
        result.Verdict.Should().Be(HealVerdict.Healed, result.Sentence);
        result.PatchedOutput.Should().Be("123456789012345678901234\nabcdefghijklmnopqrstuvwx\n");
    }

    [Fact(Timeout = Limit)]
    public async Task A_clean_run_needs_no_healing()
    {
        HealResult result = await HealAsync("a\nfill 64\nb\n");
        result.Verdict.Should().Be(HealVerdict.NothingToHeal, result.Sentence);
        result.Patch.Should().BeNull();
        File.Exists(_directory.At("out.ep")).Should().BeFalse();
    }

    [Fact(Timeout = Limit)]
    public async Task What_no_pad_can_heal_is_not_healed()
    {
        HealResult result = await HealAsync("a\nnull\n");
        result.Verdict.Should().Be(HealVerdict.NotHealed);
        result.Sentence.Should().Contain("SIGSEGV").And.Contain("no heap overflow").And.Contain("selfheal replay");
    }

    [Fact(Timeout = Limit)]
    public async Task A_violated_invariant_is_healed_when_an_overflow_is_the_cause()
    {
        HealResult result = await HealAsync("a\nfill 100\nb\n", new HealOptions
        {
            Invariant = Invariant.FromCommand("! grep -q bad \"$SELFHEAL_RUN/stdout\""),
        });

        result.Verdict.Should().Be(HealVerdict.Healed, result.Sentence);
        result.PatchedOutput.Should().Be("6\ngood\n6\n");
    }

    [Fact(Timeout = Limit)]
    public async Task An_invariant_that_nothing_can_restore_withdraws_every_patch()
    {
        HealResult result = await HealAsync("a\nfill 200\nb\n", new HealOptions
        {
            Budget = 2, Invariant = Invariant.FromFunction("never", _ => "it never holds"),
        });

        result.Verdict.Should().Be(HealVerdict.NotHealed);
        result.Trials.Should().HaveCount(2).And.OnlyContain(trial => trial.Outcome.StartsWith("withdrawn"));
        result.Trials[1].Patch.Pads.First().Bytes.Should().BeGreaterThan(result.Trials[0].Patch.Pads.First().Bytes);
        result.PatchPath.Should().BeNull();
    }

    [Fact(Timeout = Limit)]
    public async Task A_work_directory_that_is_in_use_is_never_removed()
    {
        string precious = Directory.CreateDirectory(_directory.At("precious")).FullName;
        File.WriteAllText(Path.Combine(precious, "file"), "");
        await FluentActions.Awaiting(() => HealAsync("a\n", new HealOptions { WorkDirectory = precious }))
            .Should().ThrowAsync<SelfHealException>().WithMessage("*already exists*");
        File.Exists(Path.Combine(precious, "file")).Should().BeTrue();
    }

    [Fact(Timeout = Limit)]
    public async Task A_run_with_a_patch_that_is_too_small_is_healed_with_more()
    {
        HealResult small = await HealAsync("a\nfill 70\nb\n");
        Directory.Move(_directory.At("run"), _directory.At("first"));
        RunResult again = await RunAsync("a\nfill 400\nb\n", _directory.At("again"), small.PatchPath);
        again.Exit.Signal.Should().Be(6);
        HealResult larger = await new Healer(_host).HealAsync(again.Directory);

        larger.Verdict.Should().Be(HealVerdict.Healed, larger.Sentence);
        larger.Patch!.Pads.Should().ContainSingle().Which.Bytes.Should().BeGreaterThanOrEqualTo(400 - 64);
        larger.PatchedOutput.Should().Be("6\ngood\n6\n");
    }

    [Fact(Timeout = Limit)]
    public async Task Holds_of_the_runs_patch_stay_as_they_are_in_the_healed_one()
    {
        HealResult first = await HealAsync("a\nfill 70\nb\n");
        PadEntry pad = first.Patch!.Pads.Single();
        HoldEntry[] holds = [new(pad.Frames, 7, ["measured: a"]), new([pad.Frames[1]], 9, [])]; // the first one's key is the pad's
        PatchFile.Save(first.Patch with { Entries = [holds[0], pad, holds[1]] }, _directory.At("mixed.ep"));
        RunResult again = await RunAsync("a\nfill 400\nb\n", _directory.At("again"), _directory.At("mixed.ep"));
        again.Exit.Signal.Should().Be(6);
        HealResult healed = await new Healer(_host).HealAsync(again.Directory);

        healed.Verdict.Should().Be(HealVerdict.Healed, healed.Sentence);
        healed.Patch!.Holds.Should().Equal(holds);
        healed.Patch.Entries[1].Should().BeOfType<PadEntry>().Which.Key.Should().Be(pad.Key);
        healed.PatchedRun!.Control.Hits.Should().HaveCount(3).And.HaveElementAt(0, 0);
        healed.PatchedRun.Control.Hits[1].Should().BePositive();
        HealReport.ToMarkdown(healed).Should().Contain("Hold Schedule 7").And.Contain("in the order of the patch's entries");
    }

    [Fact(Timeout = Limit)]
    public async Task Valgrind_names_the_same_allocation()
    {
        HealResult result = await HealAsync("a\nfill 200\nb\n", new HealOptions { SecondOpinion = true });
        result.ValgrindAgrees.Should().BeTrue();
        result.Valgrind!.Findings[0].AccessFrame!.Function.Should().Be("main");
    }

    [Fact(Timeout = Limit)]
    public async Task Healing_can_be_cancelled_in_each_phase()
    {
        foreach (HealPhase phase in (HealPhase[])[HealPhase.Classify, HealPhase.Diagnose, HealPhase.Trial, HealPhase.Validate])
        {
            using var source = new CancellationTokenSource();
            await FluentActions.Awaiting(() => HealAsync(
                "a\nfill 200\nb\n", new HealOptions { Progress = new CancelAt(phase, source) }, source.Token))
                .Should().ThrowAsync<OperationCanceledException>($"it was cancelled in {phase}");
            File.Exists(_directory.At("out.ep")).Should().BeFalse();
            RunDirectory.Open(_directory.At("run")).OpenLog().Read().Should().NotBeEmpty();
            Directory.Delete(_directory.At("run"), recursive: true);
        }
    }

    private async Task<HealResult> HealAsync(string input, HealOptions? options = null, CancellationToken token = default)
    {
        if (!File.Exists(_directory.At("prog")))
        {
            Compiler.Build(_directory, "prog", Program, "-O1", "-g");
        }

        RunResult run = await RunAsync(input, _directory.At("run"), null);
        return await new Healer(_host).HealAsync(
            run.Directory, (options ?? new HealOptions()) with { PatchPath = _directory.At("out.ep") }, token);
    }

    private Task<RunResult> RunAsync(string input, string directory, string? patch) => _host.RunAsync(new RunRequest
    {
        Program = _directory.At("prog"),
        Input = RunInput.FromText(input),
        RunDirectory = directory,
        Patch = patch,
        Timeout = TimeSpan.FromSeconds(40),
    });

    private sealed class CancelAt(HealPhase phase, CancellationTokenSource source) : IProgress<HealProgress>
    {
        public void Report(HealProgress value)
        {
            if (value.Phase == phase)
            {
                source.Cancel();
            }
        }
    }
}
