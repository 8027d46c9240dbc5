using FluentAssertions;
using SelfHeal.Hosts;
using SelfHeal.Log;
using SelfHeal.Patches;
using SelfHeal.Search;
using Xunit;

namespace SelfHeal.Tests.Patches;

public sealed class LivePatchTests : IDisposable
{
    /// <summary>"fill N" writes N bytes into a block of 64 that lies before another one, which is freed.</summary>
    private const string Program = """
        #include <stdio.h>
        #include <stdlib.h>
        int main(void) {
            char line[100];
            while (fgets(line, sizeof line, stdin)) {
                int n = 0;
                if (sscanf(line, "fill %d", &n) == 1) {
                    char *a = malloc(64), *b = malloc(64);
                    for (int i = 0; i < n; i++) a[i] = 'x';
                    free(b); free(a);
                }
                puts("ok");
                fflush(stdout);
            }
            return 0;
        }
        """;

    private readonly TemporaryDirectory _directory = new();
    private readonly LocalHost _host = new();

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = 60_000)]
    public async Task A_running_program_obeys_a_patch_from_its_next_event_on()
    {
        Compiler.Build(_directory, "prog", Program, "-O1", "-g");
        RunResult failed = await _host.RunAsync(Request("failed") with { Input = RunInput.FromText("fill 200\n") });
        failed.Exit.Signal.Should().Be(6);
        HealResult healed = await new Healer(_host).HealAsync(failed.Directory);
        healed.Verdict.Should().Be(HealVerdict.Healed, healed.Sentence);

        await using RunSession session = await _host.StartAsync(Request("live"));
        (await session.RequestAsync("one", TimeSpan.FromSeconds(30))).Should().NotBeNull();
        int generation = LivePatch.Replace(session.Directory, healed.Patch!);
        (await session.RequestAsync("two", TimeSpan.FromSeconds(30))).Should().NotBeNull();
        (await session.RequestAsync("fill 200", TimeSpan.FromSeconds(30))).Should().NotBeNull();
        RunResult run = await session.FinishAsync();

        run.Exit.IsSuccess.Should().BeTrue();
        run.StandardOutput.Should().Be("ok\nok\nok\n");
        run.Control.PatchSeen.Should().Be(generation);
        run.Control.Hits[0].Should().BePositive();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_run_that_has_ended_takes_no_patch()
    {
        Compiler.Build(_directory, "prog", Program, "-O1");
        RunResult run = await _host.RunAsync(Request("ended") with { Input = RunInput.FromText("a\n") });

        FluentActions.Invoking(() => LivePatch.Replace(run.Directory, Patch.Empty))
            .Should().Throw<SelfHealException>().WithMessage("*is not running*");
    }

    private RunRequest Request(string run) => new()
    {
        Program = _directory.At("prog"),
        RunDirectory = _directory.At(run),
        Timeout = TimeSpan.FromSeconds(40),
    };
}
