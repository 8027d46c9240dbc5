using SelfHeal.Patches;

namespace SelfHeal.Testing.Tests.Sessions;

/// <summary>Tests that stay in one phase until the test run is ended from outside; only <see cref="InterruptionTests"/> runs
/// them. A file called after the phase says that it is reached.</summary>
[HealServer(Servers.HealServerTests.Shop, Arguments = ["{port}"])]
public sealed class Interrupted
{
    [ExampleFact(Servers.HealServerTests.Shop, Arguments = ["never"], Ready = "open")]
    public async Task Starting(HealSession session)
    {
        Reached(nameof(Starting));
        await session.StartServerAsync();
    }

    [ExampleFact]
    public async Task Recording(HealSession session)
    {
        await session.StartServerAsync();
        await StayAsync(nameof(Recording), session);
    }

    [ExampleFact]
    public async Task Healing(HealSession session) => await session.HealAsync(
        async (server, token) =>
        {
            using HealClient client = await server.ConnectAsync();
            await client.RequestAsync("echo hello");
            Reached(nameof(Healing));
            await Task.Delay(Timeout.Infinite, token);
        },
        "random");

    [ExampleFact]
    public async Task Patched(HealSession session)
    {
        await session.StartServerAsync(PatchFile.Parse("selfheal-patch 1\n<anywhere> : Drop Request line\npattern \"die\\n\"\n"));
        await StayAsync(nameof(Patched), session);
    }

    [ExampleFact("/bin/cat")]
    public async Task Next(HealSession session) => (await session.RunAsync("next\n")).Should().Print("next\n");

    private static async Task StayAsync(string phase, HealSession session)
    {
        Reached(phase);
        await Task.Delay(Timeout.Infinite, session.CancellationToken);
    }

    private static void Reached(string phase) => File.WriteAllText(Path.Combine(Path.GetTempPath(), phase), "");
}
