using System.Diagnostics;
using System.Text.Json;
using FluentAssertions;
using Xunit;

namespace SelfHeal.Cli.Tests;

public sealed class HealRaceTests : IDisposable
{
    private readonly Tool _tool = new();

    public void Dispose() => _tool.Dispose();

    [Fact(Timeout = 180_000)]
    public async Task A_program_that_fails_only_under_chaos_is_found_healed_and_explained()
    {
        string program = Build("""
            #include <pthread.h>
            static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
            static int sold;
            static void *sell(void *unused) {
                for (int i = 0; i < 3; i++) {
                    pthread_mutex_lock(&lock);
                    int seen = sold;
                    pthread_mutex_unlock(&lock);
                    pthread_mutex_lock(&lock);
                    sold = seen + 1;
                    pthread_mutex_unlock(&lock);
                }
                return unused;
            }
            int main(void) {
                pthread_t threads[2];
                for (int i = 0; i < 2; i++) pthread_create(&threads[i], 0, sell, 0);
                for (int i = 0; i < 2; i++) pthread_join(threads[i], 0);
                return sold != 6;
            }
            """);

        Tool.Result healed = await _tool.SelfHealAsync(
            "heal", "--policy", "pos,pct:3", "--runs", "60", "-o", "race.ep", "--json", "--", program);
        Tool.Result patched = await _tool.SelfHealAsync("chaos", "--policy", "pos", "--runs", "60", "--seed", "900", "--patch", "race.ep", "--", program);
        Tool.Result nothing = await _tool.SelfHealAsync("heal", "--policy", "pos", "--runs", "5", "--", "/bin/true");

        healed.Code.Should().Be(0, healed.Error);
        using JsonDocument json = JsonDocument.Parse(healed.Output);
        json.RootElement.GetProperty("patch").GetString().Should().Contain("Hold Schedule");
        JsonElement explanation = json.RootElement.GetProperty("reschedule").GetProperty("explanation");
        explanation.GetProperty("confirmed").GetBoolean().Should().BeTrue();
        explanation.GetProperty("first").GetProperty("text").GetString().Should().Contain("locks a mutex");
        patched.Code.Should().Be(0, patched.Output);
        nothing.Code.Should().Be(0);
        nothing.Output.Should().Contain("nothing to heal");
    }

    [Fact(Timeout = 60_000)]
    public async Task Heal_takes_one_run_or_a_policy()
    {
        Tool.Result two = await _tool.SelfHealAsync("heal", "run", "other");

        two.Code.Should().Be(2);
        two.Error.Should().Contain("--policy");
    }

    private string Build(string source)
    {
        _tool.Write("race.c", source);
        using Process gcc = Process.Start("gcc", ["-g", "-O1", "-pthread", "-Wl,--build-id", _tool.At("race.c"), "-o", _tool.At("race")]);
        gcc.WaitForExit();
        gcc.ExitCode.Should().Be(0);
        return _tool.At("race");
    }
}
