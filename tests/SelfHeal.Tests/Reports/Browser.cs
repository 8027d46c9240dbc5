using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace SelfHeal.Tests.Reports;

/// <summary>Headless Chromium, driven by its DevTools protocol.</summary>
internal sealed partial class Browser : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private readonly Process _process;
    private readonly ClientWebSocket _socket = new();
    private readonly TemporaryDirectory _profile;
    private string _session = "";
    private int _number;

    private Browser(Process process, TemporaryDirectory profile) => (_process, _profile) = (process, profile);

    public static async Task<Browser> StartAsync()
    {
        var profile = new TemporaryDirectory();
        Process process = Process.Start(new ProcessStartInfo(
            "chromium",
            [
                "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--hide-scrollbars",
                "--remote-debugging-port=0", $"--user-data-dir={profile.Path}", "about:blank",
            ]) { RedirectStandardError = true, RedirectStandardOutput = true, UseShellExecute = false })!;
        var browser = new Browser(process, profile);
        try
        {
            using var limit = new CancellationTokenSource(Limit);
            await browser._socket.ConnectAsync(new Uri(await browser.AddressAsync(limit.Token)), limit.Token);
            JsonNode target = await browser.CallAsync("Target.createTarget", new { url = "about:blank" });
            JsonNode attached = await browser.CallAsync("Target.attachToTarget", new { targetId = (string)target["targetId"]!, flatten = true });
            browser._session = (string)attached["sessionId"]!;
            await browser.CallAsync("Page.enable", new { });
            return browser;
        }
        catch
        {
            await browser.DisposeAsync();
            throw;
        }
    }

    /// <summary>Shows a file as a screen, or paper, of this width does.</summary>
    public async Task ShowAsync(string file, int width, bool dark, bool print = false)
    {
        await CallAsync("Emulation.setDeviceMetricsOverride", new { width, height = 900, deviceScaleFactor = 1, mobile = width < 600 });
        await CallAsync("Emulation.setEmulatedMedia", new { media = print ? "print" : "screen", features = new[] { new { name = "prefers-color-scheme", value = dark ? "dark" : "light" } } });
        await CallAsync("Page.navigate", new { url = new Uri(file).AbsoluteUri }, "Page.loadEventFired");
    }

    /// <summary>What a script of the test says about the page.</summary>
    public async Task<JsonNode> EvaluateAsync(string script)
    {
        JsonNode answer = await CallAsync("Runtime.evaluate", new { expression = $"JSON.stringify({script})", awaitPromise = true });
        return answer["exceptionDetails"] is { } error ? throw new InvalidOperationException(error.ToJsonString())
            : JsonNode.Parse((string)answer["result"]!["value"]!)!;
    }

    /// <summary>The whole page as PNG.</summary>
    public async Task<byte[]> PictureAsync()
    {
        JsonNode size = (await CallAsync("Page.getLayoutMetrics", new { }))["cssContentSize"]!;
        JsonNode picture = await CallAsync("Page.captureScreenshot", new
        {
            format = "png", captureBeyondViewport = true,
            clip = new { x = 0, y = 0, width = (double)size["width"]!, height = Math.Min(16_000, (double)size["height"]!), scale = 1 },
        });
        return Convert.FromBase64String((string)picture["data"]!);
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _profile.Dispose();
    }

    private async Task<string> AddressAsync(CancellationToken cancellationToken)
    {
        var said = new StringBuilder();
        while (await _process.StandardError.ReadLineAsync(cancellationToken) is { } line)
        {
            if (Listening().Match(line) is { Success: true } match)
            {
                _ = _process.StandardError.ReadToEndAsync(CancellationToken.None);
                _ = _process.StandardOutput.ReadToEndAsync(CancellationToken.None);
                return match.Value;
            }

            said.AppendLine(line);
        }

        throw new InvalidOperationException($"chromium does not start: {said}");
    }

    /// <summary>Sends a command; returns its answer when that has come, and the event if one is to be waited for.</summary>
    private async Task<JsonNode> CallAsync(string method, object parameters, string? awaited = null)
    {
        int number = ++_number;
        var message = new JsonObject { ["id"] = number, ["method"] = method, ["params"] = JsonSerializer.SerializeToNode(parameters) };
        if (_session.Length > 0)
        {
            message["sessionId"] = _session;
        }

        using var limit = new CancellationTokenSource(Limit);
        await _socket.SendAsync(Encoding.UTF8.GetBytes(message.ToJsonString()), WebSocketMessageType.Text, true, limit.Token);
        JsonNode? answer = null;
        while (answer is null || awaited is not null)
        {
            JsonNode received = await ReceiveAsync(limit.Token);
            if (received["id"] is { } id && (int)id == number)
            {
                answer = received["result"] ?? throw new InvalidOperationException($"{method}: {received.ToJsonString()}");
            }
            else if (received["method"] is { } name && (string)name! == awaited)
            {
                awaited = null;
            }
        }

        return answer;
    }

    private async Task<JsonNode> ReceiveAsync(CancellationToken cancellationToken)
    {
        using var text = new MemoryStream();
        byte[] buffer = new byte[1 << 16];
        ValueWebSocketReceiveResult part;
        do
        {
            part = await _socket.ReceiveAsync(buffer.AsMemory(), cancellationToken);
            text.Write(buffer, 0, part.Count);
        }
        while (!part.EndOfMessage);
        return JsonNode.Parse(text.ToArray())!;
    }

    [GeneratedRegex(@"ws://\S+")]
    private static partial Regex Listening();
}
