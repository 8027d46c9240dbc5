using System.Text.Json.Serialization;

namespace SelfHeal.Reports;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, NewLine = "\n",
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(HealReportDocument))]
internal sealed partial class ReportJson : JsonSerializerContext;
