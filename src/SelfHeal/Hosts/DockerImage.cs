using System.Text.Json;

namespace SelfHeal.Hosts;

/// <summary>What the engine says about an image.</summary>
/// <param name="Id">Its content's name.</param>
/// <param name="WorkingDirectory">Absolute.</param>
/// <param name="Command">Entry point and command: what the image runs by itself.</param>
internal sealed record DockerImage(string Id, string WorkingDirectory, IReadOnlyList<string> Command)
{
    /// <summary>Looks at an image, which is pulled if it is not there.</summary>
    /// <exception cref="EngineUnavailableException">There is no engine.</exception>
    /// <exception cref="SelfHealException">It is not there and cannot be pulled.</exception>
    public static async Task<DockerImage> InspectAsync(DockerEngine engine, string name, CancellationToken cancellationToken)
    {
        string[] inspect = ["image", "inspect", name];
        string json;
        try
        {
            json = await engine.RunAsync(inspect, $"find the image {name}", cancellationToken).ConfigureAwait(false);
        }
        catch (SelfHealException error) when (error is not EngineUnavailableException)
        {
            await engine.RunAsync(
                ["pull", "--quiet", name], $"pull the image {name}, which is not on this machine (build it, or name another)",
                cancellationToken).ConfigureAwait(false);
            json = await engine.RunAsync(inspect, $"find the image {name}", cancellationToken).ConfigureAwait(false);
        }

        using JsonDocument document = JsonDocument.Parse(json);
        JsonElement image = document.RootElement[0];
        JsonElement config = image.GetProperty("Config");
        string directory = config.TryGetProperty("WorkingDir", out JsonElement at) ? at.GetString() ?? "" : "";
        return new DockerImage(
            image.GetProperty(nameof(Id)).GetString()!, directory.Length == 0 ? "/" : directory,
            [.. Words(config, "Entrypoint"), .. Words(config, "Cmd")]);
    }

    private static IEnumerable<string> Words(JsonElement config, string name) =>
        config.TryGetProperty(name, out JsonElement words) && words.ValueKind == JsonValueKind.Array
            ? [.. words.EnumerateArray().Select(word => word.GetString()!)] : [];
}
