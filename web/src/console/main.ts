import "../look/tokens.css";
import "./console-app";
