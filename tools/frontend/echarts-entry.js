// The charts that Fugong draws, as one ES module: `import * as echarts from ".../vendor/echarts.mjs"`.
import { BarChart, EffectScatterChart, GaugeChart, HeatmapChart, LineChart, LinesChart, MapChart, PieChart, ScatterChart } from "echarts/charts";
import {
  AriaComponent,
  CalendarComponent,
  DataZoomComponent,
  DatasetComponent,
  GeoComponent,
  GraphicComponent,
  GridComponent,
  LegendComponent,
  MarkAreaComponent,
  MarkLineComponent,
  MarkPointComponent,
  TitleComponent,
  ToolboxComponent,
  TooltipComponent,
  TransformComponent,
  VisualMapComponent,
} from "echarts/components";
import { registerLocale, use } from "echarts/core";
import { LabelLayout, UniversalTransition } from "echarts/features";
import zh from "echarts/i18n/langZH-obj.js";
import { CanvasRenderer, SVGRenderer } from "echarts/renderers";

use([BarChart, EffectScatterChart, GaugeChart, HeatmapChart, LineChart, LinesChart, MapChart, PieChart, ScatterChart]);
use([AriaComponent, CalendarComponent, DataZoomComponent, DatasetComponent, GeoComponent, GraphicComponent]);
use([GridComponent, LegendComponent, MarkAreaComponent, MarkLineComponent, MarkPointComponent, TitleComponent]);
use([ToolboxComponent, TooltipComponent, TransformComponent, VisualMapComponent]);
use([LabelLayout, UniversalTransition, CanvasRenderer, SVGRenderer]);
registerLocale("ZH", zh);

export * from "echarts/core";
