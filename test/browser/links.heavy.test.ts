import { describeLinks } from "./links.js";

describeLinks("all links in the lab", true);
