import { describeLinks } from "./links.js";

describeLinks("links in the lab", false);
